# What is not compiling or linking: each target is one script in tools/.
setup: ; @tools/setup
fetch: setup ; @tools/fetch
asan: ; @$(MAKE) --no-print-directory V=asan
check: setup ; @tools/check
sizes: ; @tools/sizes
clean: ; rm -rf $(BUILD)
.PHONY: setup fetch asan check sizes clean
include tools/tests.mk
include tools/package.mk

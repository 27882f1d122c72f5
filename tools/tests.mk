# What `make test` runs beside the unit tests, each for itself too.
PLAY := $(wildcard tests/play/*.c src/base/*.c src/seal/*.c)
$(B)/play: $(call obj,$(PLAY))
	@echo "LINK  $@"; $(CC) $($(V)) $($(V)_LD) $^ $(LDLIBS) -o $@
# The program on a disk that fails, for some of them.
$(B)/frail: $(call obj,$(wildcard tests/frail/*.c) $(CORE))
	@echo "LINK  $@"; $(CC) $($(V)) $($(V)_LD) $^ $(LDLIBS) -o $@

test: setup fetch ; @BUILD="$(BUILD)" tools/test
pages: setup fetch ; @BUILD="$(BUILD)" tools/test pages
plays: setup fetch ; @BUILD="$(BUILD)" tools/test plays
guides: setup fetch ; @BUILD="$(BUILD)" tools/test guides
# The pictures of docs/guide, and the words of their pages, taken anew.
guide: setup fetch ; @BUILD="$(BUILD)" UPDATE=1 tools/test guides
# What balai claims, beside what proves it: docs/proof.md.
proof: setup fetch
	@$(MAKE) --no-print-directory -s V=asan BUILD="$(BUILD)" $(BUILD)/asan/balai $(BUILD)/asan/units $(BUILD)/asan/play $(BUILD)/asan/frail
	@BUILD="$(BUILD)" tools/proof
demo: setup fetch ; @BUILD="$(BUILD)" ONCE="$(ONCE)" tools/demo
fresh: ; @BUILD="$(BUILD)" tools/fresh
.PHONY: test pages plays guides guide proof demo fresh

# What is ours, read by code that is not ours: logs, and all that a grant is made
# of. With LOG and VKEY: only that log.
interop:
ifdef LOG
	@BUILD="$(BUILD)" tools/interop $(INTEROP) $(VKEY) $(LOG)
else
	@BUILD="$(BUILD)" tools/interop
	@$(MAKE) --no-print-directory -s V=release BUILD="$(BUILD)" $(BUILD)/release/balai $(BUILD)/release/tuf-client
	@BUILD="$(BUILD)" tools/interop-grant
endif
# What a city gives, read by python-tuf and tuf-js. REPO: the repository's folder.
interop-repo: ; @BUILD="$(BUILD)" tools/interop-repo "$(REPO)"
.PHONY: interop interop-repo
# The grant's client, asked by the standard's own suite of tests. SUITE: its
# checkout.
$(B)/tuf-client: $(call obj,$(wildcard tests/tuf/*.c) $(CORE))
	@echo "LINK  $@"; $(CC) $($(V)) $($(V)_LD) $^ $(LDLIBS) -o $@
conformance-tuf:
	@$(MAKE) --no-print-directory -s V=release BUILD="$(BUILD)" $(BUILD)/release/tuf-client
	@BUILD="$(BUILD)" tools/conformance-tuf "$(SUITE)"
.PHONY: conformance-tuf

# Our log read by code that is not ours. With LOG and VKEY: that log.
interop: ; @BUILD="$(BUILD)" tools/interop $(if $(LOG),$(INTEROP) $(VKEY) $(LOG))
# What a city gives, read by python-tuf. REPO: the repository's folder.
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

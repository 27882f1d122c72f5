# Our log read by code that is not ours. With LOG and VKEY: that log.
interop: ; @BUILD="$(BUILD)" tools/interop $(if $(LOG),$(INTEROP) $(VKEY) $(LOG))
.PHONY: interop

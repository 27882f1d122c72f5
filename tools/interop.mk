# Our log read by code that is not ours. With LOG and VKEY: that log.
interop: ; @BUILD="$(BUILD)" tools/interop $(if $(LOG),$(INTEROP) $(VKEY) $(LOG))
# What a city gives, read by python-tuf. REPO: the repository's folder.
interop-repo: ; @BUILD="$(BUILD)" tools/interop-repo "$(REPO)"
.PHONY: interop interop-repo

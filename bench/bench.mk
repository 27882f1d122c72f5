# Measurements: each bench/*_bench.c is a program of its own over the optimised
# rooms. `make bench ROOM=store ONLY=store` builds no more than that one needs.
BENCHES := $(patsubst bench/%.c,$(BUILD)/release/bench/%,\
           $(wildcard bench/$(or $(ONLY),*)_bench.c))
$(B)/bench/%_bench: $(B)/bench/%_bench.o $(call obj,$(CORE))
	@echo "LINK  $@"; $(CC) $($(V)) $($(V)_LD) $^ $(LDLIBS) -o $@
bench:
	@$(MAKE) --no-print-directory V=release ROOM=$(ROOM) $(BENCHES)
	@for b in $(BENCHES); do $$b || exit 1; done
.PHONY: bench

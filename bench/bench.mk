# Measurements: each bench/*_bench.c is a program of its own over the optimised
# rooms up to `web`. `make bench ONLY=record` runs one of them;
# docs/performance.md says how to read it.
BENCHES := $(patsubst bench/%.c,$(BUILD)/release/bench/%,\
           $(wildcard bench/$(or $(ONLY),*)_bench.c))
BENCH_SHARED := $(filter-out %_bench.c,$(wildcard bench/*.c)) tests/bandung.c

$(B)/bench/%_bench: $(B)/bench/%_bench.o $(call obj,$(BENCH_SHARED) $(CORE))
	@echo "LINK  $@"; $(CC) $($(V)) $($(V)_LD) $^ $(LDLIBS) -o $@
bench: setup
	@$(MAKE) --no-print-directory V=release $(BUILD)/release/balai
	@$(MAKE) --no-print-directory V=release ROOM=web $(BENCHES)
	@mkdir -p $(BUILD)/bench
	@for b in $(BENCHES); do $$b $(BUILD)/bench || exit 1; done
.PHONY: bench
.SECONDARY: $(patsubst %,%.o,$(BENCHES))

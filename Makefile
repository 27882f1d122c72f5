# balai: plain GNU make, no file lists. `make` builds the optimised program,
# `make test` installs what it needs, builds with sanitizers and tests.
#
# V      variant: release, asan, fuzz          BUILD  where everything goes
# ROOM   build and test only this room and the floors below it
BUILD ?= build
V     ?= release
B     := $(BUILD)/$(V)
GEN   := $(BUILD)/gen

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
        -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
        -Wvla -Wwrite-strings -Wcast-qual -Wformat=2 -Wundef \
        -Wnull-dereference -Wdouble-promotion -Wswitch-enum \
        -Wimplicit-fallthrough -Werror
HARD := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
        -fcf-protection=full -fPIE $(MAP)
release := -O2 -g $(HARD)
asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
           -fno-omit-frame-pointer
fuzz    := -O1 -g -fsanitize=address,undefined,fuzzer-no-link \
           -fno-sanitize-recover=all
release_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
asan_LD    := -fsanitize=address,undefined
fuzz_LD    := -fsanitize=address,undefined

LIBS := libmicrohttpd sqlite3 libsodium libcrypto jansson libfyaml libutf8proc \
        libzstd zlib cairo pangocairo libqrencode libcurl libseccomp \
        libjpeg libpng libwebp libheif libqpdf
# Lazily, so that `make setup` works before pkg-config is there.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(LIBS) | \
             sed 's/-I/-isystem /g'))$(PKG_CFLAGS)
PKG_LIBS   = $(eval PKG_LIBS := $(shell pkg-config --libs $(LIBS)))$(PKG_LIBS)

CFLAGS = -std=c17 -D_GNU_SOURCE -pthread -Isrc -I. -I$(BUILD) $(WARN) \
         $($(V)) $(PKG_CFLAGS)
LDLIBS = $(PKG_LIBS) -lm -pthread

# The rooms to build: all of FLOORS, or ROOM and what lies below it.
ROOMS := $(shell awk -v room='$(ROOM)' '\
           { for (i = 2; i <= NF; i++) { floor[$$i] = $$1; order[++n] = $$i } } \
           END { for (i = 1; i <= n; i++) if (room == "" || order[i] == room || \
                 floor[order[i]] < floor[room]) print order[i] }' src/FLOORS)
MAIN  := src/cli/main.c
CORE  := $(filter-out $(MAIN),$(foreach r,$(ROOMS),$(wildcard src/$(r)/*.c)))
# What tests of several rooms share, where those rooms are built.
shared = $(if $(filter $(1),$(or $(ROOM),$(1))),$(2))
UNITS := tests/main.c tests/power.c $(call shared,reader web node cli,tests/shots.c) \
         $(call shared,record rehearse notice insight web node cli,tests/town.c tests/bandung.c) \
         $(if $(filter web,$(ROOM)),$(wildcard tests/grant/*_help.c) \
         tests/grant/tuf_city.c) \
         $(foreach r,$(if $(ROOM),$(ROOM),$(ROOMS)),\
         $(filter-out %_fuzz.c,$(wildcard tests/$(r)/*.c)))
FUZZ  := $(wildcard tests/*/*_fuzz.c)
SQLS  := $(foreach r,$(ROOMS),$(wildcard src/$(r)/$(r).sql))
GENS  := $(patsubst %,$(GEN)/%_sql.h,$(basename $(notdir $(SQLS)))) \
         $(patsubst src/%/migrate,$(GEN)/%_migrate.h,\
         $(foreach r,$(ROOMS),$(wildcard src/$(r)/migrate)))
obj = $(patsubst %.c,$(B)/%.o,$(1))

.DEFAULT_GOAL := all
all: $(B)/balai

# What single rooms bring: generated sources, extra prerequisites.
-include $(wildcard src/*/room.mk)

$(B)/balai: $(call obj,$(MAIN) $(CORE))
	@echo "LINK  $@"; $(CC) $($(V)) $($(V)_LD) $^ $(LDLIBS) -o $@
$(B)/units: $(call obj,$(UNITS) $(CORE))
	@echo "LINK  $@"; $(CC) $($(V)) $($(V)_LD) $^ $(LDLIBS) -o $@
# A fuzz target run over its corpus by a plain main, with the sanitizers.
$(B)/corpus/%: $(B)/tests/%_fuzz.o $(B)/tests/corpus.o $(call obj,$(CORE))
	@mkdir -p $(@D); $(CC) $($(V)) $($(V)_LD) $^ $(LDLIBS) -o $@
$(B)/fuzz/%: $(B)/tests/%_fuzz.o $(call obj,$(CORE))
	@mkdir -p $(@D); $(CC) $($(V)) -fsanitize=fuzzer $^ $(LDLIBS) -o $@

$(B)/%.o: %.c Makefile | $(GENS)
	@mkdir -p $(@D); echo "CC    $<"; $(CC) $(CFLAGS) -MMD -MP -c $< -o $@
$(GEN)/%_sql.h: tools/mksql
	@mkdir -p $(@D); tools/mksql src/$*/$*.sql > $@.new && mv $@.new $@
$(GEN)/%_migrate.h: tools/mkmigrate
	@mkdir -p $(@D); tools/mkmigrate src/$*/migrate > $@.new && mv $@.new $@
$(foreach s,$(SQLS),$(eval $(GEN)/$(basename $(notdir $(s)))_sql.h: $(s)))
$(foreach r,$(ROOMS),$(eval $(GEN)/$(r)_migrate.h: $(wildcard src/$(r)/migrate/*.sql)))

# Only the unit tests of ROOM (all rooms without), with the sanitizers.
unit:
	@$(MAKE) --no-print-directory V=asan ROOM=$(ROOM) $(BUILD)/asan/units
	$(BUILD)/asan/units $(ONLY)

include tools/targets.mk
include tools/interop.mk
include bench/bench.mk

.PHONY: all unit
.DELETE_ON_ERROR:
.SUFFIXES:
-include $(shell find $(B) -name '*.d' 2>/dev/null)

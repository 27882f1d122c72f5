# Installing, and what is handed out: `make install`, `make dist`, `make deb`.
prefix  ?= /usr/local
bindir  ?= $(prefix)/bin
datadir ?= $(prefix)/share
sysconfdir ?= $(if $(filter /usr,$(prefix)),/etc,$(prefix)/etc)
unitdir ?= $(if $(filter /usr,$(prefix)),/lib/systemd/system,$(prefix)/lib/systemd/system)

UNITS_GEN := $(BUILD)/systemd
UNITS_ALL := balai.socket balai.service balai-backup.service balai-backup.timer
$(UNITS_GEN)/%: etc/systemd/%
	@mkdir -p $(@D); cp $< $@
# The list of system calls is the one that the program holds itself to.
$(UNITS_GEN)/%: etc/systemd/%.in etc/systemd/hardening src/jail/call.def tools/unit
	@mkdir -p $(@D); tools/unit $< $(bindir) > $@.new && mv $@.new $@
units: $(addprefix $(UNITS_GEN)/,$(UNITS_ALL))

install: all units
	@DESTDIR="$(DESTDIR)" BINDIR="$(bindir)" DATADIR="$(datadir)" SYSCONFDIR="$(sysconfdir)" \
	 UNITDIR="$(unitdir)" BUILD="$(BUILD)" V="$(V)" tools/install
dist: fetch ; @BUILD="$(BUILD)" tools/dist
deb: dist ; @BUILD="$(BUILD)" tools/deb
fresh-deb: deb ; @BUILD="$(BUILD)" tools/fresh-deb
stranger: deb ; @BUILD="$(BUILD)" tools/stranger
systemd: deb ; @BUILD="$(BUILD)" tools/systemd
.PHONY: units install dist deb fresh-deb stranger systemd

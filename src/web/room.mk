# web: templates, style, script and words are compiled in, from web/.
WEB_FILES := $(sort $(wildcard web/templates/*.mustache web/i18n/*.yaml \
             web/style/* web/script/*))

$(GEN)/web_assets.h: tools/embed $(WEB_FILES)
	@mkdir -p $(@D); tools/embed $(WEB_FILES) > $@.new && mv $@.new $@
$(B)/src/web/web_asset.o: $(GEN)/web_assets.h

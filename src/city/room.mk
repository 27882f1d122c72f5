# city: all regions of Indonesia are compiled in, from idn-area-data (ODbL): a
# source archive carries them, a checkout fetches them.
REGION_GIVEN := $(wildcard third-party/idn-area-data/data)
REGION_DATA  := $(or $(REGION_GIVEN),build/npm/node_modules/idn-area-data/data)

$(GEN)/regions.tsv: tools/regions package-lock.json
	@mkdir -p $(@D); $(if $(REGION_GIVEN),:,tools/fetch)
	@tools/regions $(REGION_DATA) > $@.new && mv $@.new $@
$(B)/src/city/city_region.o: $(GEN)/regions.tsv
$(B)/src/city/city_region.o: CFLAGS += -DCITY_REGIONS='"$(GEN)/regions.tsv"'

# city: all regions of Indonesia are compiled in, from idn-area-data (ODbL).
REGION_DATA := build/npm/node_modules/idn-area-data/data

$(GEN)/regions.tsv: tools/regions package-lock.json
	@mkdir -p $(@D); tools/fetch
	@tools/regions $(REGION_DATA) > $@.new && mv $@.new $@
$(B)/src/city/city_region.o: $(GEN)/regions.tsv
$(B)/src/city/city_region.o: CFLAGS += -DCITY_REGIONS='"$(GEN)/regions.tsv"'

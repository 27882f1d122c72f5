# grant: the words for the telephone are compiled in.
$(GEN)/grant_words.h: src/grant/words.txt
	@mkdir -p $(@D); sed 's/.*/"&",/' $< > $@.new && mv $@.new $@
$(B)/src/grant/grant_words.o: $(GEN)/grant_words.h

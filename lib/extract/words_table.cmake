# cmake -DDATA=... -DOUT=... -P words_table.cmake: the rows of the tables that pages are read by,
# as C, in the order of their forms. An unknown kind does not compile.
include(${CMAKE_CURRENT_LIST_DIR}/../table_rows.cmake)

rows(page_words.tsv "[A-Z]+" all)
list(FILTER all EXCLUDE REGEX "\tMONTH\t") # read by lib/web
rows(cues.tsv "LINE" all)
list(REMOVE_DUPLICATES all)
list(SORT all)

set(text "")
foreach(row IN LISTS all)
  string(REPLACE "\t" ";" cells "${row}")
  list(GET cells 0 form)
  list(GET cells 1 kind)
  list(GET cells 2 value)
  if(kind STREQUAL "CLASS")
    set(value "WORDS_${value}")
  elseif(kind STREQUAL "LINE")
    set(value "LINE_${value}")
  elseif(kind STREQUAL "DATE")
    set(value "DATE_${value}")
  endif()
  string(APPEND text "{\"${form}\", KIND_${kind}, ${value}},\n")
endforeach()
file(WRITE ${OUT} "${text}")

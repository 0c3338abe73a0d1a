# cmake -DDATA=... -DOUT=... -P month_table.cmake: the months that the classifier knows, and those that
# only printed dates have, as C.
include(${CMAKE_CURRENT_LIST_DIR}/../table_rows.cmake)
rows(calendar.tsv "MONTH" all)
rows(page_words.tsv "MONTH" all)

set(text "")
foreach(row IN LISTS all)
  string(REPLACE "\t" ";" cells "${row}")
  list(GET cells 0 form)
  list(GET cells 2 value)
  string(APPEND text "{\"${form}\", ${value}},\n")
endforeach()
file(WRITE ${OUT} "${text}")

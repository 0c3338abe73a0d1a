# rows(NAME KINDS VARIABLE): appends the rows of DATA/NAME of these kinds (a regular expression), with
# their form in small letters and their cells apart by tabs.
function(rows name kinds variable)
  file(STRINGS ${DATA}/${name} lines ENCODING UTF-8)
  list(POP_FRONT lines)
  foreach(line IN LISTS lines)
    if(line MATCHES "^([^#\t]+)\t(${kinds})\t([^\t]*)$")
      string(TOLOWER "${CMAKE_MATCH_1}" form)
      list(APPEND found "${form}\t${CMAKE_MATCH_2}\t${CMAKE_MATCH_3}")
    endif()
  endforeach()
  set(${variable} ${${variable}} ${found} PARENT_SCOPE)
endfunction()

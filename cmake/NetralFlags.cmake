# One interface target carries the flags of all our code.
add_library(netral_flags INTERFACE)
target_include_directories(netral_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(netral_flags INTERFACE _GNU_SOURCE
  NETRAL_VERSION="${PROJECT_VERSION}"
  NETRAL_DATADIR="${CMAKE_INSTALL_FULL_DATADIR}/netral"
  $<$<BOOL:${NETRAL_TEST_HOOKS}>:NETRAL_TEST_HOOKS=1>)
target_compile_options(netral_flags INTERFACE
  -Wall -Wextra -Wshadow -Wformat=2 -Wvla -Wstrict-prototypes -Wmissing-prototypes
  -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wno-missing-field-initializers
  -fno-strict-aliasing -fstack-protector-strong
  $<$<BOOL:${NETRAL_WERROR}>:-Werror>)
if(CMAKE_BUILD_TYPE MATCHES "Rel")
  # What also goes into the shared library is compiled for that; programs can take it in as well.
  target_compile_options(netral_flags INTERFACE -D_FORTIFY_SOURCE=2
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:POSITION_INDEPENDENT_CODE>>>:-fPIE>)
  target_link_options(netral_flags INTERFACE -Wl,-z,relro,-z,now
    $<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>:-pie>)
endif()
if(NETRAL_SANITIZE)
  target_compile_options(netral_flags INTERFACE
    -fsanitize=${NETRAL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(netral_flags INTERFACE -fsanitize=${NETRAL_SANITIZE})
endif()

# netral_library(NAME sources... ) and netral_program(NAME sources...) apply the flags.
function(netral_library name)
  add_library(${name} STATIC ${ARGN})
  target_link_libraries(${name} PUBLIC netral_flags)
endfunction()

function(netral_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE netral_flags)
endfunction()

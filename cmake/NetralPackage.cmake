# `cpack` in build/release makes netral_<version>_<architecture>.deb. What a
# Debian package holds beside the installed files is in cmake/debian.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME netral)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "netral developers <netral@netral.invalid>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "news pipeline about the neutrality of civil servants")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Reads Indonesian news articles and reports outreach sessions, violations and
pledges about the neutrality of civil servants in elections, each with the
sentence it was read from.
.
Four services (poller of feeds and sitemaps, intake with a durable queue,
classifier, recorder) and a client. What was accepted is recorded exactly once, whichever process dies.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON) # for libnetral
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles, procps, init-system-helpers (>= 1.54~)")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(file conffiles postinst prerm postrm triggers)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/cmake/debian/${file})
endforeach()
set(CPACK_STRIP_FILES ON)
# Man pages and the changelog are compressed in the package only.
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_SOURCE_DIR}/cmake/debian/compress.cmake)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

# License texts in the form of debian/copyright: each line indented, an empty one is a dot.
function(netral_license variable file)
  file(READ ${CMAKE_SOURCE_DIR}/data/licenses/${file} text)
  string(STRIP "${text}" text)
  string(REPLACE "\n" "\n " text " ${text}")
  string(REPLACE "\n \n" "\n .\n" text "${text}")
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()
netral_license(NETRAL_LICENSE_EXPAT cahyadsn-wilayah-MIT.txt)
netral_license(NETRAL_LICENSE_UNICODE unicode-cldr.txt)
configure_file(cmake/debian/copyright.in copyright @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/copyright cmake/debian/changelog
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
include(CPack)

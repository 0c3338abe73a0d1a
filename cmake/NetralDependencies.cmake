# Every foreign library, found once. Targets link only those they name.
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq>=4.3)
pkg_check_modules(PROTOBUF_C REQUIRED IMPORTED_TARGET libprotobuf-c>=1.4)
pkg_check_modules(CONFUSE REQUIRED IMPORTED_TARGET libconfuse>=3.3)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.13)
pkg_check_modules(XML2 REQUIRED IMPORTED_TARGET libxml-2.0>=2.9)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd>=1.4)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib>=1.2.11)
pkg_check_modules(BROTLI REQUIRED IMPORTED_TARGET libbrotlidec>=1.0)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash>=0.8)
pkg_check_modules(ICAL REQUIRED IMPORTED_TARGET libical>=3.0)
pkg_check_modules(MICROHTTPD REQUIRED IMPORTED_TARGET libmicrohttpd>=0.9.75)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd>=250)
# The header API (7.83), CURLOPT_PROTOCOLS_STR (7.85), CURLOPT_QUICK_EXIT (7.87).
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.87)
pkg_check_modules(NATS REQUIRED IMPORTED_TARGET libnats>=3.4)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium>=1.0.18)

# LMDB ships no pkg-config file in Debian 12.
find_path(LMDB_INCLUDE_DIR lmdb.h REQUIRED)
find_library(LMDB_LIBRARY lmdb REQUIRED)

find_program(PROTOC_C protoc-c REQUIRED)

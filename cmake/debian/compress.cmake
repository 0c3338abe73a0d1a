# Run by cpack over the staged files.
file(GLOB_RECURSE pages ${CPACK_TEMPORARY_DIRECTORY}/usr/share/man/*.[1-8])
execute_process(COMMAND gzip -9nf ${pages} ${CPACK_TEMPORARY_DIRECTORY}/usr/share/doc/netral/changelog
  COMMAND_ERROR_IS_FATAL ANY)

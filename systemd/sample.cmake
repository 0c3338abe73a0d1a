# cmake -DPROGRAM=... -DFILE=... -P sample.cmake: writes a program's sample configuration, with the
# settings that its service needs.
execute_process(COMMAND ${PROGRAM} --print-config OUTPUT_VARIABLE sample
  COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "#spool_dir = \"\"" "spool_dir = \"/var/spool/netral\"" sample "${sample}")
get_filename_component(name ${PROGRAM} NAME)
file(WRITE ${FILE} "# ${name} reads this at its start. Lines without # are set; the others show the defaults.\n\n${sample}")

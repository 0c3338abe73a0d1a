# Filled by the packaging step: CPack makes the .deb.

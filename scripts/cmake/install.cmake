# cmake --install: programs (each by its drawbridge_program), unit, user, documents, resource.
# The unit in the source tree says /usr/bin; the installed one says where the programs went.
file(READ "${CMAKE_SOURCE_DIR}/packaging/drawbridged.service" unit)
string(REPLACE "/usr/bin/" "${CMAKE_INSTALL_FULL_BINDIR}/" unit "${unit}")
string(REPLACE "/usr/share/doc/drawbridge/" "${CMAKE_INSTALL_FULL_DOCDIR}/" unit "${unit}")
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/drawbridged.service" CONTENT "${unit}" @ONLY)

install(FILES "${CMAKE_BINARY_DIR}/drawbridged.service" DESTINATION lib/systemd/system)
install(FILES packaging/drawbridge.sysusers DESTINATION lib/sysusers.d RENAME drawbridge.conf)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}/docs" FILES_MATCHING PATTERN "*.md")
if(DRAWBRIDGE_WASM)
    install(FILES "${CMAKE_BINARY_DIR}/drawbridge.zip"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/drawbridge")
endif()

# cmake --install: programs (each by its drawbridge_program), unit, user, documents, resource.
# The unit in the source tree says /usr; the installed one says where the programs went, which
# is known only now: --prefix may differ from the configured one.
install(CODE "
    file(READ \"${CMAKE_SOURCE_DIR}/packaging/drawbridged.service\" unit)
    string(REPLACE /usr/bin/ \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/\" unit \"\${unit}\")
    string(REPLACE /usr/share/doc/drawbridge
        \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DOCDIR}\" unit \"\${unit}\")
    file(WRITE \"${CMAKE_BINARY_DIR}/drawbridged.service\" \"\${unit}\")")
install(FILES "${CMAKE_BINARY_DIR}/drawbridged.service" DESTINATION lib/systemd/system)
install(FILES packaging/drawbridge.sysusers DESTINATION lib/sysusers.d RENAME drawbridge.conf)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" OPTIONAL)
install(DIRECTORY docs/ DESTINATION "${CMAKE_INSTALL_DOCDIR}/docs" FILES_MATCHING PATTERN "*.md")
if(DRAWBRIDGE_WASM)
    install(FILES "${CMAKE_BINARY_DIR}/drawbridge.zip"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/drawbridge")
endif()

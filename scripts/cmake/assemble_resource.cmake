# Script mode: lays out the drop-in resource folder and its zip. The zip is built from fixed
# times and a sorted list, so that the same sources give the same file.
set(folder "${BUILD_DIR}/drawbridge")
file(REMOVE_RECURSE "${folder}")
file(GLOB scripts RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/resource/*.js")
list(SORT scripts)

file(MAKE_DIRECTORY "${folder}/resource")
foreach(file IN LISTS scripts)
    configure_file("${SOURCE_DIR}/${file}" "${folder}/${file}" COPYONLY)
endforeach()
configure_file("${SOURCE_DIR}/fxmanifest.lua" "${folder}/fxmanifest.lua" COPYONLY)
configure_file("${WASM}" "${folder}/resource/bridge.wasm" COPYONLY)
configure_file("${SOURCE_DIR}/packaging/resource_readme.md" "${folder}/README.md" COPYONLY)
configure_file("${SOURCE_DIR}/LICENSE" "${folder}/LICENSE" COPYONLY)

file(ARCHIVE_CREATE OUTPUT "${BUILD_DIR}/drawbridge.zip" PATHS drawbridge
    FORMAT zip MTIME "2000-01-01 00:00:00")

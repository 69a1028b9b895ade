# Library, headers and package files; the program with its man page and completions.
include(CMakePackageConfigHelpers)

get_property(modules GLOBAL PROPERTY ALEXNET_MODULES)
install(TARGETS alexnet ${modules} EXPORT alexnet-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)
install(DIRECTORY include/alexnet DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/alexnet)
install(EXPORT alexnet-targets NAMESPACE alexnet:: DESTINATION ${package} COMPONENT library)
configure_package_config_file(cmake/alexnet-config.cmake.in alexnet-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(alexnet-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/alexnet-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/alexnet-config-version.cmake
              cmake/FindOneDNN.cmake
        DESTINATION ${package} COMPONENT library)

install(TARGETS alexnet_cli COMPONENT program)
set(made ${PROJECT_BINARY_DIR}/shell)
file(MAKE_DIRECTORY ${made})
add_custom_command(TARGET alexnet_cli POST_BUILD
  COMMAND alexnet_cli man > ${made}/alexnet.1
  COMMAND alexnet_cli completion bash > ${made}/alexnet.bash
  COMMAND alexnet_cli completion zsh > ${made}/_alexnet
  COMMAND alexnet_cli completion fish > ${made}/alexnet.fish
  COMMENT "Writing the man page and the completions"
  VERBATIM)
install(FILES ${made}/alexnet.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
install(FILES ${made}/alexnet.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME alexnet
        COMPONENT program)
install(FILES ${made}/_alexnet DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions COMPONENT program)
install(FILES ${made}/alexnet.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT program)
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

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
# The program writes its own man page and completions.
install(CODE [[
  function(write_shell_file path)
    get_filename_component(folder $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${path} DIRECTORY)
    file(MAKE_DIRECTORY ${folder})
    execute_process(COMMAND $<TARGET_FILE:alexnet_cli> ${ARGN} OUTPUT_FILE $ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${path}
                    COMMAND_ERROR_IS_FATAL ANY)
  endfunction()
  write_shell_file(share/man/man1/alexnet.1 man --lang en)
  write_shell_file(share/man/zh_CN/man1/alexnet.1 man --lang zh)
  write_shell_file(share/bash-completion/completions/alexnet completion bash)
  write_shell_file(share/zsh/site-functions/_alexnet completion zsh)
  write_shell_file(share/fish/vendor_completions.d/alexnet.fish completion fish)
]] COMPONENT program)
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)

# What only a package installs: the service and its settings. `cmake --install` leaves the system's folders alone.
install(FILES packaging/alexnet.service DESTINATION lib/systemd/system COMPONENT service EXCLUDE_FROM_ALL)
install(FILES packaging/alexnet.default DESTINATION /etc/default RENAME alexnet COMPONENT service EXCLUDE_FROM_ALL)
install(FILES packaging/changelog packaging/copyright packaging/nginx/alexnet.conf DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT service
        EXCLUDE_FROM_ALL)
include(packaging/debian.cmake)

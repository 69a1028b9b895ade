# Every option of the build. Nothing is switched on by what happens to be installed.
option(ALEXNET_TESTS "Build the tests and examples (GoogleTest)" OFF)
option(ALEXNET_BENCHMARKS "Build the benchmarks" OFF)
option(ALEXNET_FUZZ "Build the fuzz targets (clang)" OFF)
option(ALEXNET_MPI "Let several processes train together (Open MPI: tools/install_packages.sh mpi)" OFF)
option(ALEXNET_UNITY "Compile several sources of a module at once: the whole in a third of the time, one change in more" ON)
option(ALEXNET_WERROR "Treat warnings as errors" OFF)
option(ALEXNET_INSTALL "Make install and package targets" ${PROJECT_IS_TOP_LEVEL})
set(ALEXNET_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

# Flags of every target of the project, never of those who link it.
add_library(alexnet_flags INTERFACE)
# -Wno-restrict: GCC 12 gives it for plain std::string code at -O3 (its bug 105651). -Wno-pass-failed: clang's for loops
# that it could not make vectors.
target_compile_options(alexnet_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                                               $<$<BOOL:${ALEXNET_WERROR}>:-Werror>
                                               $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                                               $<$<CXX_COMPILER_ID:Clang>:-Wno-pass-failed>)
if(ALEXNET_SANITIZE)
  target_compile_options(alexnet_flags INTERFACE -fsanitize=${ALEXNET_SANITIZE} -fno-omit-frame-pointer
                                                 -fno-sanitize-recover=undefined)
  target_link_options(alexnet_flags INTERFACE -fsanitize=${ALEXNET_SANITIZE})
endif()

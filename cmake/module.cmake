include(GNUInstallDirs)

# alexnet_compile_together(TARGET): eight sources at a time are compiled as one, so that names in their anonymous namespaces
# must differ within the target.
function(alexnet_compile_together target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${ALEXNET_UNITY} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

# alexnet_compile_light(TARGET): for code whose own time nobody feels.
function(alexnet_compile_light target)
  if(NOT ALEXNET_SANITIZE)
    target_compile_options(${target} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-O1>)
  endif()
endfunction()

# alexnet_module(NAME [COMPUTES|LIGHT] [TOGETHER]
#                SOURCES ... [DEPENDS modules...] [LINKS libraries...] [HEADER_ONLY libraries...])
# One folder of src/, one static library alexnet_NAME (alexnet::NAME). DEPENDS names the modules whose public headers it
# may include; LINKS are libraries of the system that it links privately; HEADER_ONLY ones are needed only to build it.
# COMPUTES: its time is felt in the tests, so that sanitizers compile it with -O1; the rest compiles fastest with -O0.
# LIGHT, TOGETHER: alexnet_compile_light, alexnet_compile_together.
function(alexnet_module name)
  cmake_parse_arguments(M "COMPUTES;LIGHT;TOGETHER" "" "SOURCES;DEPENDS;LINKS;HEADER_ONLY" ${ARGN})
  set(target alexnet_${name})
  add_library(${target} STATIC ${M_SOURCES})
  add_library(alexnet::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
  foreach(module IN LISTS M_DEPENDS)
    target_link_libraries(${target} PUBLIC alexnet_${module})
  endforeach()
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:alexnet_flags> ${M_LINKS})
  if(ALEXNET_SANITIZE AND M_COMPUTES)
    target_compile_options(${target} PRIVATE -O1)
  endif()
  if(M_LIGHT)
    alexnet_compile_light(${target})
  endif()
  if(M_TOGETHER)
    alexnet_compile_together(${target})
  endif()
  foreach(library IN LISTS M_HEADER_ONLY)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${library}>)
  endforeach()
  set_property(GLOBAL APPEND PROPERTY ALEXNET_MODULES ${target})
endfunction()

# alexnet_test(NAME SOURCES ... LINKS ... [LABELS ...]): one test program for a module.
function(alexnet_test name)
  cmake_parse_arguments(T "" "" "SOURCES;LINKS;LABELS" ${ARGN})
  set(target ${name}_test)
  add_executable(${target} ${T_SOURCES})
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${target} PRIVATE ${T_LINKS} alexnet_test_support alexnet_flags GTest::gmock GTest::gtest_main)
  alexnet_compile_light(${target})
  alexnet_compile_together(${target})
  gtest_discover_tests(${target} TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60
                       PROPERTIES TIMEOUT 600 LABELS "${T_LABELS}")
endfunction()

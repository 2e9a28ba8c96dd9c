# SPDX-License-Identifier: BSD-3-Clause
# Where everything goes: into the folder of the Python package, or into a prefix.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

if(SKBUILD)
  set(lib_dir vmaf_dnn)
  set(include_dir vmaf_dnn/include)
  set(model_dir vmaf_dnn/model)
  set(cmake_dir vmaf_dnn/cmake)
  set(pc_dir vmaf_dnn/pkgconfig)
  set(pc_rpath " -Wl,-rpath,\${libdir}") # no linker looks there by itself
else()
  set(lib_dir ${CMAKE_INSTALL_LIBDIR})
  set(include_dir ${CMAKE_INSTALL_INCLUDEDIR})
  set(model_dir ${CMAKE_INSTALL_DATADIR}/vmaf_dnn/model)
  set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/vmaf_dnn)
  set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  # A wheel holds no links, so only here. Until 1.0 a minor version may change the binary interface.
  set_target_properties(vmaf_dnn PROPERTIES
    VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endif()

target_include_directories(vmaf_dnn INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/csrc/include> $<INSTALL_INTERFACE:${include_dir}>)
install(TARGETS vmaf_dnn EXPORT vmaf_dnn LIBRARY DESTINATION ${lib_dir} ARCHIVE DESTINATION ${lib_dir})
install(DIRECTORY csrc/include/vmaf_dnn DESTINATION ${include_dir})
install(DIRECTORY model/tiny DESTINATION ${model_dir} PATTERN ".*" EXCLUDE)

# find_package(vmaf_dnn) gives vmaf_dnn::vmaf_dnn, which needs nothing else: the export is the package.
install(EXPORT vmaf_dnn FILE vmaf_dnn-config.cmake NAMESPACE vmaf_dnn:: DESTINATION ${cmake_dir})
write_basic_package_version_file(vmaf_dnn-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/vmaf_dnn-config-version.cmake DESTINATION ${cmake_dir})

# By relative paths, so that the folder may move.
file(RELATIVE_PATH pc_to_lib /${pc_dir} /${lib_dir})
file(RELATIVE_PATH pc_to_include /${pc_dir} /${include_dir})
list(JOIN private_libs " " pc_private_libs)
configure_file(cmake/vmaf_dnn.pc.in vmaf_dnn.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/vmaf_dnn.pc DESTINATION ${pc_dir})

{
  "variables": {
    # The private OpenSSL, as a path without spaces below this folder; built first if it is not in the cache.
    "openssl_root%": "<!(node scripts/openssl/link.mjs --field root)",
    "openssl_version%": "<!(node scripts/openssl/link.mjs --field version)",
    "package_version": "<!(node -p \"require('./package.json').version\")",
    "sources_json": "native/sources.json"
  },
  "targets": [
    {
      "target_name": "hermetic_ssl",
      "sources": [ "<!@(node -p \"require('./<(sources_json)').sources.join(' ')\")" ],
      # "=" replaces node-gyp's list, which begins with the runtime's own openssl/*.h.
      "include_dirs=": [ "." ],
      "defines": [
        "<!@(node -p \"require('./<(sources_json)').defines.join(' ')\")",
        "HERMETIC_OPENSSL_PIN=<(openssl_version)",
        "HERMETIC_PACKAGE_VERSION=<(package_version)"
      ],
      # node-gyp adds the configuration of the runtime's own OpenSSL.
      "defines/": [ [ "exclude", "^OPENSSL_" ], [ "include", "^OPENSSL_SUPPRESS_DEPRECATED$" ] ],
      "conditions": [
        [ "OS!='win'", {
          "cflags": [ "<!@(node -p \"require('./<(sources_json)').warnings.join(' ')\")",
                      # A newer compiler's warning must not stop a user's build.
                      "<!@(node -p \"process.env.CI ? '-Werror' : ''\")" ],
          "cflags_cc": [ "-std=c++20", "-fexceptions", "-fvisibility=hidden", "-fvisibility-inlines-hidden",
                         "-ffunction-sections", "-fdata-sections",
                         "-isystem", "../<(openssl_root)/include",
                         "-isystem", "../<!(node scripts/print-include-dir.mjs node-api-headers)",
                         "-isystem", "../<!(node scripts/print-include-dir.mjs node-addon-api)" ],
          "cflags!": [ "-fno-exceptions" ],
          "cflags_cc!": [ "-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20" ],
          "libraries": [ "../<(openssl_root)/lib/libssl.a", "../<(openssl_root)/lib/libcrypto.a" ]
        } ],
        [ "OS=='linux'", {
          "libraries": [ "-ldl", "-lpthread" ], # separate libraries before glibc 2.34
          # Without --exclude-libs and -Bsymbolic the runtime's OpenSSL would be used instead of ours; without nodelete
          # the end of a worker would unload code that the pool's threads still run.
          "ldflags": [
            "-Wl,--exclude-libs,ALL",
            "-Wl,-Bsymbolic",
            "-Wl,--version-script=../native/exports.map",
            "-Wl,-z,nodelete,-z,relro,-z,now,-z,noexecstack",
            "-Wl,--gc-sections",
            "-static-libstdc++",
            "-static-libgcc"
          ]
        } ],
        [ "OS=='mac'", {
          "xcode_settings": {
            "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
            "GCC_ENABLE_CPP_RTTI": "YES",
            "GCC_SYMBOLS_PRIVATE_EXTERN": "YES",
            "GCC_INLINES_ARE_PRIVATE_EXTERN": "YES",
            "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
            "MACOSX_DEPLOYMENT_TARGET": "11.0",
            # On this system gyp ignores the flags above.
            "WARNING_CFLAGS": [ "<!@(node -p \"require('./<(sources_json)').warnings.join(' ')\")",
                                "<!@(node -p \"process.env.CI ? '-Werror' : ''\")" ],
            "OTHER_CPLUSPLUSFLAGS": [ "-isystem", "../<(openssl_root)/include",
                                      "-isystem", "../<!(node scripts/print-include-dir.mjs node-api-headers)",
                                      "-isystem", "../<!(node scripts/print-include-dir.mjs node-addon-api)" ],
            "OTHER_LDFLAGS": [ "-Wl,-exported_symbols_list,../native/exports.mac" ]
          }
        } ],
        [ "OS=='win'", {
          # Microsoft's compiler does not support this assembler: it compiles the C++ that the assembler was made from.
          "sources/": [ [ "exclude", "\\.S$" ] ],
          "defines": [ "HERMETIC_KERNELS_FROM_SOURCE" ],
          "include_dirs=": [
            ".",
            "<(openssl_root)/include",
            "<!(node scripts/print-include-dir.mjs node-api-headers)",
            "<!(node scripts/print-include-dir.mjs node-addon-api)"
          ],
          "msvs_settings": {
            "VCCLCompilerTool": { "ExceptionHandling": 1, "AdditionalOptions": [ "/std:c++20" ] }
          },
          "libraries": [ "<(openssl_root)/lib/libssl.lib", "<(openssl_root)/lib/libcrypto.lib",
                         "-lws2_32", "-lcrypt32", "-lbcrypt", "-ladvapi32", "-luser32" ]
        } ]
      ]
    }
  ]
}

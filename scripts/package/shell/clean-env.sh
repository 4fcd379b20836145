# Each of these makes Node run, load or write files that someone else may have chosen (sudo -E, a profile); ctscope
# talks to no network.
unset NODE_OPTIONS NODE_PATH NODE_COMPILE_CACHE NODE_V8_COVERAGE NODE_REDIRECT_WARNINGS NODE_REPL_EXTERNAL_MODULE \
	NODE_ICU_DATA NODE_DEBUG NODE_DEBUG_NATIVE OPENSSL_CONF NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR

# thaw's Lua library, built into the programs (src/script/local.mk), and the experiments.
thaw_lua = \
	lua/thaw/init.lua
EXTRA_DIST += $(thaw_lua)

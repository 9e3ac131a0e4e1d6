TESTS += tests/check_layers.sh tests/check_files.sh tests/check_names.sh tests/check_includes.sh tests/check_docs.sh
TEST_EXTENSIONS = .sh
SH_LOG_COMPILER = sh
AM_TESTS_ENVIRONMENT = CC='$(CC)' THAW_SHARED='$(abs_top_srcdir)/../shared' THAW_SOURCE='$(abs_top_srcdir)' THAW_BUILD='$(abs_top_builddir)'; \
	export CC THAW_SHARED THAW_SOURCE THAW_BUILD;
EXTRA_DIST += tests/check_layers.sh tests/check_files.sh tests/check_names.sh tests/check_includes.sh tests/check_docs.sh tests/summary.sh
include tests/base/local.mk
include tests/tensor/local.mk
include tests/data/local.mk
include tests/store/local.mk
include tests/import/local.mk
include tests/feature/local.mk
include tests/evaluate/local.mk
include tests/statistics/local.mk
include tests/recommender/local.mk
include tests/task/local.mk
include tests/baseline/local.mk
include tests/script/local.mk
include tests/wire/local.mk
include tests/worker/local.mk
include tests/keeper/local.mk
include tests/comparison/local.mk
include tests/report/local.mk
include tests/command/local.mk
include tests/screen/local.mk
include tests/fuzz/local.mk
include tests/allocation/local.mk

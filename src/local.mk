# Archives in link order, highest rank first; a module may use only what stands after it.
BASE_LIBS_ALL = src/base/libbase.a $(UTF8PROC_LIBS) $(NETTLE_LIBS)
TENSOR_LIBS_ALL = src/tensor/libtensor.a $(LAPACKE_LIBS) $(OPENBLAS_LIBS) $(BASE_LIBS_ALL)
TENSOR_DOUBLE_LIBS_ALL = src/tensor/libtensor_double.a $(LAPACKE_LIBS) $(OPENBLAS_LIBS) $(BASE_LIBS_ALL)
DATA_LIBS_ALL = src/data/libdata.a $(BASE_LIBS_ALL)
STORE_LIBS_ALL = src/store/libstore.a $(SQLITE_LIBS) $(ZLIB_LIBS) $(DATA_LIBS_ALL)
IMPORT_LIBS = src/import/libimport.a $(YAJL_LIBS) $(ARCHIVE_LIBS) $(ZLIB_LIBS) $(SECCOMP_LIBS)
IMPORT_LIBS_ALL = $(IMPORT_LIBS) $(DATA_LIBS_ALL)
FEATURE_LIBS_ALL = src/feature/libfeature.a src/data/libdata.a $(TENSOR_LIBS_ALL)
EVALUATE_LIBS_ALL = src/evaluate/libevaluate.a $(BASE_LIBS_ALL)
RECOMMENDER_LIBS_ALL = src/recommender/librecommender.a src/data/libdata.a $(TENSOR_LIBS_ALL)
TASK_LIBS_ALL = src/task/libtask.a src/recommender/librecommender.a src/evaluate/libevaluate.a src/feature/libfeature.a src/data/libdata.a $(TENSOR_LIBS_ALL)
BASELINE_LIBS_ALL = src/baseline/libbaseline.a $(TASK_LIBS_ALL)
SCRIPT_LIBS_ALL = src/script/libscript.a src/baseline/libbaseline.a $(LUA_LIBS) $(TASK_LIBS_ALL)
WIRE_LIBS_ALL = src/wire/libwire.a src/data/libdata.a $(BASE_LIBS_ALL)
WORKER_LIBS_ALL = src/worker/libworker.a src/report/libreport.a src/wire/libwire.a $(SECCOMP_LIBS) $(SCRIPT_LIBS_ALL)
SCRIPT_DOUBLE_LIBS_ALL = src/script/libscript_double.a src/baseline/libbaseline.a $(LUA_LIBS) src/task/libtask.a src/recommender/librecommender_double.a src/evaluate/libevaluate.a src/feature/libfeature.a src/data/libdata.a $(TENSOR_DOUBLE_LIBS_ALL)
WORKER_DOUBLE_LIBS_ALL = src/worker/libworker_double.a src/report/libreport.a src/wire/libwire.a $(SECCOMP_LIBS) $(SCRIPT_DOUBLE_LIBS_ALL)
KEEPER_LIBS_ALL = src/keeper/libkeeper.a src/wire/libwire.a $(IMPORT_LIBS) $(STORE_LIBS_ALL)
COMPARISON_LIBS_ALL = src/comparison/libcomparison.a src/evaluate/libevaluate.a $(STORE_LIBS_ALL)
REPORT_LIBS_ALL = src/report/libreport.a src/comparison/libcomparison.a src/evaluate/libevaluate.a $(YAJL_LIBS) $(IMPORT_LIBS) $(STORE_LIBS_ALL)
COMMAND_LIBS_ALL = src/command/libcommand.a src/report/libreport.a src/comparison/libcomparison.a src/evaluate/libevaluate.a $(YAJL_LIBS) $(KEEPER_LIBS_ALL)
SCREEN_LIBS_ALL = src/screen/libscreen.a $(NCURSES_LIBS) $(COMMAND_LIBS_ALL)

# Writes what lua/thaw declares for src/command/local.mk.
noinst_PROGRAMS += thaw-declare
thaw_declare_SOURCES = src/declare_main.c
thaw_declare_LDADD = $(SCRIPT_LIBS_ALL)

thaw_SOURCES = src/main.c
thaw_LDADD = $(SCREEN_LIBS_ALL)
thaw_worker_SOURCES = src/worker_main.c
thaw_worker_LDADD = $(WORKER_LIBS_ALL)
# The same in double precision: finite differences of its losses are good enough to check gradients.
thaw_worker_double_SOURCES = src/worker_main.c
thaw_worker_double_LDADD = $(WORKER_DOUBLE_LIBS_ALL)

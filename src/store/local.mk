noinst_LIBRARIES += src/store/libstore.a
src_store_libstore_a_CFLAGS = $(AM_CFLAGS) $(SQLITE_CFLAGS) $(ZLIB_CFLAGS)
src_store_libstore_a_SOURCES = \
	include/store/grid_store.h src/store/grid_columns.c src/store/grid_rows.c src/store/grid_private.h src/store/grid_index.c \
	src/store/column_summary.c src/store/summary_bins.h src/store/summary_bins.c include/store/tally.h src/store/tally_run.c src/store/tally_groups.c \
	src/store/tally_groups.h \
	include/store/derived.h src/store/derived_parts.c src/store/derived_private.h src/store/frequency.c \
	src/store/column_statistics.c src/store/histogram.c src/store/crosstab.c src/store/scatter.c \
	include/store/expression.h src/store/expression_compile.c src/store/expression_private.h \
	src/store/expression_words.c src/store/expression_functions.c \
	include/store/row_file.h src/store/row_file.c include/store/row_index.h src/store/row_index.c \
	src/store/row_table.h src/store/row_table.c src/store/scratch.h src/store/scratch.c \
	src/store/joined.h src/store/joined.c src/store/sql_functions.h src/store/sql_functions.c \
	src/store/dataset_choice.c src/store/dataset_choice.h src/store/dataset_origin.c \
	src/store/item_title.c src/store/row_items.c include/store/dataset_shape.h src/store/shape_totals.c \
	src/store/shape_walk.h src/store/shape_walk.c src/store/shape_columns.h src/store/shape_columns.c \
	src/store/shape_core.h src/store/shape_core.c src/store/shape_sample.h src/store/shape_sample.c src/store/shape_time.h src/store/shape_time.c \
	include/store/query_store.h src/store/query_store.c \
	src/store/query_wall.h src/store/query_wall.c \
	src/store/bounded_functions.h src/store/bounded_functions.c \
	include/store/store.h src/store/transaction.c src/store/store_private.h \
	include/store/dataset_store.h src/store/dataset_store.c src/store/dataset_writer.c \
	src/store/dataset_tables.h src/store/dataset_tables.c \
	src/store/dataset_pour.h src/store/dataset_pour.c \
	include/store/derive_store.h src/store/derive_store.c \
	src/store/derive_steps.h src/store/derivation_select.c src/store/derivation_where.c \
	src/store/derivation_ask.h src/store/derivation_ask.c src/store/merge_match.h src/store/merge_match.c \
	src/store/derivation_merge.c src/store/derived_origin.h src/store/derived_origin.c \
	src/store/row_batch.h src/store/row_batch.c \
	src/store/pair_count.h src/store/pair_count.c \
	src/store/schema.h src/store/schema.c src/store/schema_form.h src/store/schema_form.c \
	src/store/opening.h src/store/opening.c src/store/open_reader.c src/store/open_writer.c \
	src/store/time_limit.h src/store/time_limit.c \
	src/store/checked.h src/store/checked.c \
	include/store/doctor.h src/store/diagnosis.c src/store/rescue.c \
	src/store/examination.h src/store/examination.c src/store/examination_data.c \
	src/store/row_check.c src/store/visit.c src/store/walk.h src/store/walk.c \
	src/store/table_layout.h src/store/table_layout.c \
	include/store/foreign_table.h src/store/foreign_table.c \
	src/store/foreign.h src/store/foreign.c src/store/demands.h src/store/demands.c \
	src/store/unfinished.h src/store/unfinished.c \
	src/store/before_copy.h src/store/before_copy.c \
	src/store/write_ahead.h src/store/write_ahead.c src/store/seal.h src/store/seal.c \
	src/store/sealing.h src/store/sealing.c src/store/guard.h src/store/guard.c \
	src/store/beside.h src/store/beside.c src/store/judging.h src/store/judging.c \
	src/store/reason.h src/store/reason.c src/store/displaced.h src/store/displaced.c \
	src/store/merged.h src/store/merged.c \
	src/store/statement.h src/store/statement.c \
	include/store/task_part.h include/store/run_store.h src/store/run_store.c \
	include/store/metric_store.h src/store/metric_store.c include/store/trial_store.h src/store/trial_store.c src/store/result_store.c \
	src/store/checkpoint_store.c src/store/prediction_store.c \
	src/store/stored_form.h src/store/stored_form.c src/store/packing.h src/store/packing.c

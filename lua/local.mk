# thaw's Lua library, built into the programs (src/script/local.mk), the readers, and the experiments.
thaw_lua = \
	lua/thaw/init.lua \
	lua/thaw/ad.lua \
	lua/thaw/declare.lua \
	lua/thaw/entry.lua \
	lua/thaw/experiment.lua \
	lua/thaw/folds.lua \
	lua/thaw/field_values.lua \
	lua/thaw/learner.lua \
	lua/thaw/learners/aggregate.lua \
	lua/thaw/learners/alpaca.lua \
	lua/thaw/learners/anil.lua \
	lua/thaw/learners/cavia.lua \
	lua/thaw/learners/classes.lua \
	lua/thaw/learners/context.lua \
	lua/thaw/learners/distill.lua \
	lua/thaw/learners/gp.lua \
	lua/thaw/learners/imaml.lua \
	lua/thaw/learners/inner.lua \
	lua/thaw/learners/joint.lua \
	lua/thaw/learners/maml.lua \
	lua/thaw/learners/melu.lua \
	lua/thaw/learners/member.lua \
	lua/thaw/learners/meta_sgd.lua \
	lua/thaw/learners/neural_process.lua \
	lua/thaw/learners/reptile.lua \
	lua/thaw/learners/ridge.lua \
	lua/thaw/learners/strength.lua \
	lua/thaw/learners/transfer.lua \
	lua/thaw/losses.lua \
	lua/thaw/manual.lua \
	lua/thaw/map.lua \
	lua/thaw/map_text.lua \
	lua/thaw/metric.lua \
	lua/thaw/model.lua \
	lua/thaw/models/encoder.lua \
	lua/thaw/models/factorisation.lua \
	lua/thaw/models/factorisation_machine.lua \
	lua/thaw/models/linear.lua \
	lua/thaw/models/melu.lua \
	lua/thaw/models/mlp.lua \
	lua/thaw/models/two_tower.lua \
	lua/thaw/neighbours.lua \
	lua/thaw/plain.lua \
	lua/thaw/plain_table.lua \
	lua/thaw/range.lua \
	lua/thaw/reader.lua \
	lua/thaw/search.lua \
	lua/thaw/settings.lua \
	lua/thaw/table_options.lua \
	lua/thaw/tasks.lua \
	lua/thaw/theta.lua \
	lua/thaw/words.lua
EXTRA_DIST += $(thaw_lua) docs/SCRIPTS.md

readersdir = $(pkgdatadir)/lua/readers
dist_readers_DATA = \
	lua/readers/amazon_meta.lua \
	lua/readers/web_log.lua

experimentsdir = $(pkgdatadir)/lua/experiments
dist_experiments_DATA = \
	lua/experiments/cross_domain.lua \
	lua/experiments/depaul.lua \
	lua/experiments/drift.lua \
	lua/experiments/fashion.lua \
	lua/experiments/gates.lua \
	lua/experiments/implicit.lua \
	lua/experiments/lastfm.lua \
	lua/experiments/lastfm_alone.lua \
	lua/experiments/lastfm_friends.lua \
	lua/experiments/learners.lua \
	lua/experiments/ml100k_cold.lua \
	lua/experiments/ml1m.lua \
	lua/experiments/ml1m_cold.lua \
	lua/experiments/ml1m_plots.lua \
	lua/experiments/ml1m_tune.lua \
	lua/experiments/papers.lua \
	lua/experiments/restaurants.lua \
	lua/experiments/synthetic.lua \
	lua/experiments/tags.lua \
	lua/experiments/two_domains.lua

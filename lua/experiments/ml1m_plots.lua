-- MovieLens 1M with the published split: what the plots of films say of cold ones, as word vectors
-- that the plots themselves teach, pooled by learned attention.
--
--   thaw import --name ml_1m --ratings PATH/ratings.csv --users PATH/users.dat --users-columns user,gender,age,occupation,zip --items PATH/movies_extrainfos.dat --items-columns item,title,year,rate,released,genre,director,writer,actors,plot,poster
--
-- What was found (RMSE of `ridge` on item-cold | both-cold tasks, all ratings shown, 2 seeds, whose
-- own deviation is 0.001 to 0.003; each line is an execution of its own with another `plot`):
--
--   no plot at all (3 seeds)                    1.0904 | 1.0719
--   map.word_vectors, PPMI, mean                1.0868 | 1.0667
--   map.word_vectors, PPMI, attention           1.0874 | 1.0639
--   map.word_vectors, skip-gram, mean           1.0860 | 1.0643
--   map.word_vectors, skip-gram, attention      1.0884 | 1.0644
--   map.words, width = 8, mean                  1.0901 | 1.0709
--   map.words, width = 8, attention             1.0918 | 1.0714
--
-- So vectors of plots may help a little, and their words as a bag do not. How vectors are learned
-- makes no difference that these seeds could show, and attention is not better than the mean, though
-- it takes twice as long: of the sixty words of a plot no few decide. Without a rating of the user
-- content_mean is at 1.102 to 1.103 with the words of plots, 1.106 to 1.107 with vectors as numbers,
-- 1.108 without plots, and `ridge` is behind it.
local thaw = require "thaw"
local map = thaw.map
local ml1m = require "ml1m"

local mapping = ml1m.mapping(0.06)
mapping.item.plot = map.word_vectors { columns = 50, by = "skip_gram", pool = "attention", frozen = true, project = 8 }

return thaw.experiment {
  data = "ml_1m",
  mapping = mapping,
  tasks = thaw.tasks.by_user { split = "published" },
  arms = {
    ridge = { model = ml1m.towers(0.001),
              learner = thaw.learn.ridge(ml1m.options { loss = "gaussian", encoder = { 128 } }) },
  },
  seeds = 2,
}

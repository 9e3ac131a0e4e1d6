-- The experiment EXPERIMENT.lua beside this file with one of its arms. a_against_a.sh puts the names in.
local thaw = require "thaw"
local make = thaw.experiment

thaw.experiment = function(given)
  given.arms = { ARM = given.arms.ARM }
  return make(given)
end

return require "EXPERIMENT"

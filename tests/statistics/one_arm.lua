-- One arm of the experiment EXPERIMENT.lua in this folder. a_against_a.sh fills in both names.
local thaw = require "thaw"
local make = thaw.experiment

thaw.experiment = function(given)
  given.arms = { ARM = given.arms.ARM }
  return make(given)
end

return require "EXPERIMENT"

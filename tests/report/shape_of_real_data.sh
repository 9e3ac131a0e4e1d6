#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The shape of real data sets, where they are there, against shape_oracle.py.
data=$THAW_SHARED/data
thaw=$THAW_BUILD/thaw
[ -d "$data" ] && command -v python3 >/dev/null || { echo "skipped: no real data, or no python3"; exit 77; }
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
database=$folder/shape.db
failed=0

compare() {
    name=$1
    shift
    "$thaw" import "$@" --name "$name" --db "$database" >"$folder/said" 2>&1 || { cat "$folder/said"; failed=1; return; }
    "$thaw" data "$name" --shape --json --db "$database" |
        python3 "$THAW_SOURCE/tests/report/shape_oracle.py" "$database" "$name" || failed=1
}

for set in ml-100k ml-latest-small ml-1m amazon-fashion-5; do
    [ -d "$data/$set" ] && compare "$(echo "$set" | tr - _)" "$data/$set"
done
[ -d "$data/depaul-movie" ] && compare depaul --ratings "$data/depaul-movie/ratings.txt"
[ -d "$data/lastfm-hetrec2011" ] &&
    compare lastfm --ratings "$data/lastfm-hetrec2011/user_artists.dat" --ratings-columns user,item,rating
restaurants=$data/uci-restaurant-consumer
[ -d "$restaurants" ] &&
    compare restaurants --ratings "$restaurants/rating_final.csv" --users "$restaurants/userprofile.csv" \
        --items "$restaurants/geoplaces2.csv" --encoding windows-1252
exit $failed

# SPDX-License-Identifier: MIT
#
# Invented rows with the columns of the sets that lua/experiments is about, into -v folder=PATH. Ids, words and numbers
# are drawn; nothing is taken from the sets.
function draw(n) { state = (state * 16807) % 2147483647; return state % n }
function one(words,   list, n) { n = split(words, list, " "); return list[1 + draw(n)] }
function stars(user, item, most,   value) {
  value = int((user * 7 + item * 3) % most / 2 + draw(most) / 2 + 0.5)
  return value < 0 ? 0 : value > most ? most : value
}

function restaurants(to,   u, p, k) {
  system("mkdir -p " to)
  print "userID,placeID,rating,food_rating,service_rating" > (to "/rating_final.csv")
  print "userID,latitude,longitude,smoker,drink_level,dress_preference,ambience,transport,marital_status,hijos,birth_year,interest,personality,religion,activity,color,weight,budget,height" > (to "/userprofile.csv")
  print "placeID,latitude,longitude,the_geom_meter,name,address,city,state,country,fax,zip,alcohol,smoking_area,dress_code,accessibility,price,url,Rambience,franchise,area,other_services" > (to "/geoplaces2.csv")
  print "placeID,Rcuisine" > (to "/chefmozcuisine.csv"); print "placeID,Rpayment" > (to "/chefmozaccepts.csv")
  print "placeID,parking_lot" > (to "/chefmozparking.csv")
  print "userID,Rcuisine" > (to "/usercuisine.csv"); print "userID,Upayment" > (to "/userpayment.csv")
  for (u = 1; u <= 90; u++) {
    printf "U%d,%.3f,%.3f,%s,%s,%s,%s,%s,single,?,%d,%s,%s,none,student,red,%d,%s,1.7\n", 5000 + u, 20 + draw(900) / 300,
      -100 + draw(90) / 100, one("true false ?"), one("none some"), one("formal informal ?"), one("calm loud"), one("foot car ?"),
      1950 + draw(45), one("ships none"), one("open shy bold"), 50 + draw(50), one("low medium high ?") > (to "/userprofile.csv")
    print "U" 5000 + u "," one("Soup Cake Rice") > (to "/usercuisine.csv")
    print "U" 5000 + u "," one("cash card") > (to "/userpayment.csv")
    for (k = 0; k < 9; k++) {
      p = (u * 11 + k * 7) % 60
      printf "U%d,%d,%d,%d,%d\n", 5000 + u, 900000 + p, stars(u, p, 2), draw(3), draw(3) > (to "/rating_final.csv")
    }
  }
  for (p = 0; p < 60; p++) {
    printf "%d,%.3f,%.3f,0101,Place %d,Road %d,%s,?,?,?,?,%s,%s,%s,%s,%s,?,calm,f,%s,none\n", 900000 + p, 20 + draw(900) / 300,
      -100 + draw(90) / 100, p, p, one("Victoria Jiutepec slp ?"), one("Wine None Bar"), one("none section permitted"),
      one("informal casual"), one("partially completely"), one("low medium high"), one("open closed") > (to "/geoplaces2.csv")
    print 900000 + p "," one("Soup Cake Rice") "\n" 900000 + p ",Tea" > (to "/chefmozcuisine.csv")
    print 900000 + p ",cash\n" 900000 + p "," one("card coins") > (to "/chefmozaccepts.csv")
    print 900000 + p "," one("none yes public") > (to "/chefmozparking.csv")
  }
}

function depaul(to,   u, i, k) {
  system("mkdir -p " to)
  print "userid,itemid,rating,Time,Location,Companion" > (to "/ratings.txt")
  for (u = 1; u <= 60; u++)
    for (k = 0; k < 20; k++) {
      i = (u * 5 + int(k / 2) * 3) % 30
      printf "%d,tt9%03d,%d,%s\n", 7000 + u, i, 1 + stars(u, i, 4), k % 2 ? one("Weekend Weekday") "," one("Home Cinema") "," \
        one("Alone Family Partner") : "NA,NA,NA" > (to "/ratings.txt")
    }
}

function lastfm(to,   u, a, k) {
  system("mkdir -p " to)
  print "userID\tartistID\tweight\r" > (to "/user_artists.dat"); print "userID\tfriendID\r" > (to "/user_friends.dat")
  print "id\tname\turl\tpictureURL" > (to "/artists.dat"); print "tagID\ttagValue\r" > (to "/tags.dat")
  for (u = 1; u <= 80; u++)
    for (k = 0; k < 15; k++) {
      a = (u * 7 + k * 5) % 90
      printf "%d\t%d\t%d\r\n", u + 1, a + 1, 1 + exp((u % 5) + draw(500) / 100) > (to "/user_artists.dat")
      if (k < 4) printf "%d\t%d\r\n", u + 1, 2 + (u + 20 * (k + 1)) % 80 > (to "/user_friends.dat")
    }
  for (a = 1; a <= 90; a++) printf "%d\tBand %d\thttp://example.org/%d\thttp://example.org/%d.jpg\n", a, a, a, a > (to "/artists.dat")
  for (k = 1; k <= 5; k++) printf "%d\tsort %d\r\n", k, k > (to "/tags.dat")
}

function latest(to,   u, f, k) {
  system("mkdir -p " to)
  print "userId,movieId,rating,timestamp" > (to "/ratings.csv"); print "movieId,title,genres" > (to "/movies.csv")
  print "userId,movieId,tag,timestamp" > (to "/tags.csv"); print "movieId,imdbId,tmdbId" > (to "/links.csv")
  for (f = 1; f <= 100; f++) {
    printf "%d,\"Film %d (%d)\",%s|%s\n", f, f, 1920 + f, one("Drama War"), one("Comedy Noir") > (to "/movies.csv")
    printf "%d,%07d,%d\n", f, f, f > (to "/links.csv")
    if (f % 3 == 0) printf "%d,%d,%s %s,%d\n", f, f, one("funny robots"), one("ship dog"), 1200000000 + f > (to "/tags.csv")
    if (f % 3 == 0) printf "%d,%d,%s %s,%d\n", f, f, one("Slow dark"), one("ship dog"), 1200000000 + f > (to "/tags.csv")
  }
  for (u = 1; u <= 100; u++)
    for (k = 0; k < 60; k++) {
      f = 1 + (u * 13 + k * 3) % 100
      printf "%d,%d,%.1f,%d\n", u, f, 0.5 + stars(u, f, 9) / 2, 1100000000 + u * 1000 + k > (to "/ratings.csv")
    }
}

function million(to,   u, f, k) {
  system("mkdir -p " to)
  print "user,item,rating,split" > (to "/ratings.csv")
  for (f = 1; f <= 120; f++)
    printf "%d::Film %d (%d)::%s|%s\n", 200 - f, f, 1920 + f, one("Drama War"), one("Children's Noir") > (to "/movies.dat")
  for (u = 1; u <= 150; u++)
    for (k = 0; k < 60; k++) {
      f = 1 + (u * 7 + k * 11) % 120
      printf "%d,%d,%d,x\n", u, 200 - f, 1 + stars(u, f, 4) > (to "/ratings.csv")
    }
}

function fashion(to,   u, p, k, name) {
  system("mkdir -p " to)
  name = to "/AMAZON_FASHION_5.json"
  for (u = 1; u <= 90; u++)
    for (k = 0; k < 8; k++) {
      p = (u + k * 3) % 24
      printf "{\"overall\": %d.0, \"verified\": %s, \"reviewTime\": \"01 2, 2017\", \"reviewerID\": \"R%d\", \"asin\": \"B%d\", ", \
        1 + stars(u, u, 4), draw(2) ? "true" : "false", u, p > name
      printf "\"style\": {\"Size:\": \" %d\"}, \"reviewerName\": \"Name %d\", \"reviewText\": \"Text %d.\", \"summary\": \"Sum\", \"unixReviewTime\": %d}\n",
        draw(9), u, p, 1400000000 + (u * 40 + k) * 86400 > name
    }
}

BEGIN {
  state = 20260
  restaurants(folder "/uci-restaurant-consumer")
  depaul(folder "/depaul-movie")
  lastfm(folder "/lastfm-hetrec2011")
  latest(folder "/ml-latest-small")
  million(folder "/ml-1m")
  fashion(folder "/amazon-fashion-5")
}

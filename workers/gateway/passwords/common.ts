/** The most used passwords of 12 characters and more, in lower case: written by `npm run passwords:list`. */
export const COMMON_PASSWORDS: string =
  "123qweasdzxc 1qaz2wsx3edc q1w2e3r4t5y6 1q2w3e4r5t6y mailcreated5240 qazwsxedcrfv 123456qwerty qwerty123456 " +
  "sojdlg123aljg qwertyqwerty 123456654321 motherfucker polniypizdec0211 leavemealone gfhjkmgfhjkm qazwsxedc123 " +
  "ghjcnjgfhjkm zxcasdqwe123 ghhh47hj7649 sonyericsson 123456789qwe 1qazxsw23edc masterbating qwerasdfzxcv " +
  "123456789987654321 123456123456 112233445566 websolutions qweasdzxc123 chickenwing101 unbelievable " +
  "flvbybcnhfnjh 123321123321 ghbdtnrfrltkf 1qaz2wsx3edc4rfv 123456789123456789 finalfantasy contortionist " +
  "123qwe123qwe pornographic newproject2004 masturbation justinbieber businessbabe administrator needforspeed " +
  "123456789123 masterbaiting scandinavian maurolarastefy domainlock2005 momsanaladventure hd764nw5d7e1vb1 " +
  "123456789012 supernatural qazwsxedcrfvtgb counterstrike professional ghjcnjghjcnj dkflbvbhjdbx admin18533362 " +
  "vfvfvskfhfve fkmnthyfnbdf qazxswedcvfr 23176djivanfros 123456789qwerty 111111111111 zaq1xsw2cde3 dkflbvbhjdyf " +
  "123456789abc 1111111111zz whosyourdaddy qwertyasdfgh 541233432442 123456789qaz ghbdtnghbdtn " +
  "12345678900987654321 123123123123 intelligence 010203040506 vanyarespekt fktrcfylhjdbx 12345678901234567890 " +
  "102030405060 fktrcfylhjdyf devilmaycry4 combat123654 89231243658s 123456789qqq transformers chesterfield " +
  "123123qweqwe saun24865709 qwertyytrewq qwerty123456789 q1w2e3r4t5y6u7 password1234 123qwe456rty 1234567890qw " +
  "zqjphsyf6ctifgu jamesbond007 iseedeadpeople international aaaaaaaaaaaa 4815162342lost 1qa2ws3ed4rf " +
  "mevefalkcakk asdfghjkl123 31217221027711 159753159753 12345678987654321 qwertyuiop123 ptybnxtvgbjy " +
  "lhbjkjubz2957704 hedimaptfcor fucktheworld cosmopolitan 123456789zxc 1234567890qwe q1w2e3r4t5y6u7i8 " +
  "olcrackmaster lost4815162342 installdevic ghjcnjrdfibyj digitalprodu andrewjackie 1qazxsw23edcvfr4 " +
  "159753456852 12qw34er56ty 1234qwerasdf 123456782000 peanutbutter lovelovelove ingodwetrust auckland2010 " +
  "123456789101 1234567890zzz 11111111111111111111 qawsedrftgyh minecraft123 ghjcnjqgfhjkm boy4u2ownnyc " +
  "an83546921an13 abc123456789 742617000027 41d8cd98f00b 32615948worms 123321qweewq 01telemike01 ticketmaster " +
  "playstation2 nhfdvfnjkju123 nemvxyheqdd5oqxyxyzi 012345678910 residentevil punksnotdead playstation3 " +
  "p030710p$e4o installsqlst iloveboobies fuckyoubitch 1a2s3d4f5g6h 123123123123123 vfrcbvvfrcbv philadelphia " +
  "nightcrawler iampurehaha2 greenlantern ghjcnjgbpltw cjdthitycndj avrillavigne 123456789aaa zaqwsxcderfv " +
  "schoolgirlie qwertyuiop10 qazxswedc123 qazwsxqazwsx passwordstandard paraklast1974 nhfycajhvths nhecsyfujkjdt " +
  "massimiliano lytghjgtnhjdcr christopher1 bpgjldsgjldthnf blahblahblah 89876065093rax 1qa2ws3ed4rf5tg " +
  "141312190296q 1234qwerasdfzxcv 1234567qwertyu 123412341234 111222333000 xxxp455w0rd5 websolutionssu " +
  "warhammer40k vfhbyfvfhbyf stratocaster stinkyfinger rfnthbyf1988 qwe123qwe123 polniypizdec110211 " +
  "passwordpassword nondriversig morganstanley minnesota_hp gjkysqgbpltw fatima753357 construction bltynbabrfwbz " +
  "badiman28200 antananarivu 59382113kevinp 1234qw1234qw 1234567890qwerty 1234567890qaz 1234567890987654321 " +
  "123321456654 122333444455555 111222333444555 zxcvbnmzxcvbnm zcfvfzkexifz zaq12wsxcde3 webuivalidat " +
  "systemofadown stickdaddy77 specialinsta sleepyhollow seemnemaailm satisfaction qwertasdfgzxcvb qwaszxerdfcv " +
  "q1w2e3r4t5y6u7i8o9p0 ontheoutside ntktdbpjh1994 ne_e_pod_chehyl nastyanastya mortalkombat lockingservi " +
  "ilovemyfamily gtnhjpfdjlcr ghjatccbjyfk fynfyfyfhbde anytimetoday amadeusptfcor a1s2d3f4g5h6 999999999999 " +
  "6215mila6215 4815162342lf 23wkoa0fp78dk 123ewqasdcxz 123456789qwer 123456789asd 1234567892000 123456789000 " +
  "1234567887654321 111111111111111 014702580369 zxcvbnm123456789 zxcvbn123456 z1x2c3v4b5n6m7 z1x2c3v4b5n6 " +
  "ytpfdbcbvjcnm wazzkaprivet thecakeisalie sanfrancisco qwertyuiop12345 qwertyuiop12 pfqwtd27121988 " +
  "nick1234-rem936 networkingpe msoracle32re michaeljackson love777321777 ktjynsq40147 hjpjxrf23062007 " +
  "gthtrfnbgjkt ghjnbdjcnjzybt dantheman123 corperfmonsy cnfc35762209 cheeseburger cfvfzrhfcbdfz asdfgh123456 " +
  "aksjdlasdakj89879 89semtsriuty 89063032220m 420842084208555 1rus27540102 193570356033 123qwerty123 " +
  "123451234512345 000000000000 zxcvbnmmnbvcxz zcfvfzrhfcbdfz xxpa33bq.adna vladimirovna vbybcnthcndj " +
  "sdicmt7seytn qazwsx123456 qaz123wsx456 q80661658441 nhbybnhjnjkejk nhbujyjvtnhbz necronomicon mishaoooyeah " +
  "michelangelo lytdybrbdfvgbhf larterlarter killkillkill josephphone7 jjjjjjjjjjjj jesuslovesme ipo54tj45uy856 " +
  "internacional iloveyoubaby hd764nw5d7e1vbv handkerchief gtasanandreas gfhfktkjuhfv g00dpa$$w0rd foreveryoung " +
  "fktrcfylhjdf findaupair007 entertainment edwardcullen bullnuts2003 blacksonblon bhrh0h2oof6xbqjeh asd123asd123 " +
  "alpha135792468 accessibilit 1qaz1qaz1qaz 1a2a3a4a5a6a 19960610ilja 123456zxcvbn 1234567891011 " +
  "1234567890qwertyuiop 12345677654321 1223505sayana 111222333444 070793monolit 050605rostik zxcvasdfqwer " +
  "zaqxswcde123 weaknesspays vtnhjgjkbnty uninstallsql trafficracer tfjunwptzsjp temppassword syncmaster740n " +
  "silmarillion salocaluimsg runescape123 ronaldinho10 rikitikitavi registration qwertyuiopasdfg " +
  "qwertyuiop123456789 qwaszxqwaszx q1q2q3q4q5q6 productid20f powerrangers powerlifting polniypizdec1102 " +
  "perasperaadastra marinamarina idedevicep0t huangjin1987 heartbreaker ghtdtlvtldtl ghjcnhfycndj ghjbpdjlcndj " +
  "genuineintel gankutsuou1989 fuckfuckfuck frederiksberg frankenstein eulacomplete efwe5tgwa5twhgd " +
  "dvtcntyfdctulf dragonslayer czps5nyndwcksc coolbugi2000 cnhjbntkmcndj civilization cheaphornybastard " +
  "changelangms cgfhnfrxtvgbjy avadakedavra antoshenechka alteclansing administrato abc123abc123 ababagalamaga " +
  "951753852456 777777777777 31321dj51982 30secondstomars 2222333344445555 1324354657687980 123qwertyuiop " +
  "1234567qwerty 12345678qwertyu 123456789azat 123456789987 1213141516171819 112358132134 0528325452mr " +
  "zghjcnjcegth yjdjvjcrjdcr yflz13041976 weihnachtsbau tojiik85521133 sonnenschein skateboarding showmethemoney " +
  "seo21saafd23 samsungs5230 rockohamster r3r3vi3wacc3ss qwertyuiopasdfghjkl qwertyuiopasdfgh qwerty123321 " +
  "qw12er34ty56 ..qlvvcvdeero qaz1wsx2edc3 q2w3e4r5t6y7 perfectexploiter passwordassword newt7899onrs " +
  "neversaynever neversaymypassword narutouzumaki manchesterunited louisvuitton littlefucker intervention " +
  "includecatal ihateniggers hakunamatata gthgtylbrekzh googlecheckou gfhjkm123456 geniusgenius flvbybcnhfwbz " +
  "diunilaobu8* den1020834880 degenerationx constitution cgfhnfrvjcrdf cfvfzcxfcnkbdfz cbvtycbyjrbz callscesetup " +
  "bbbbbbbbbbbb azsxdcfvgbhn awdqseawdssa asdasdasdasd alertpaydoubl alertemailms aleksandrova abcdefghijkl " +
  "80966095182z 80633459472qw 3454051maksim 277rte87hryloitru 198919891989 198719871987 193711101994a " +
  "159753258456 159357159357 131313131313 1302alex1994 125712571257d 123qwerty456 123qazwsxedc 1234567899876543 " +
  "123456789123456 123456789101112 1234567890123 1234567812345678 123456654321a 1111111111111";

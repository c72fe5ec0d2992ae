"""Words for people, animals and machines, and words that look like names and are none."""

SAID = frozenset(
    """said says say asked asks ask replied replies reply answered answers whispered whispers shouted shouts yelled yells
    cried cries murmured murmurs muttered mutters called calls laughed laughs exclaimed sighed sighs gasped gasps grinned
    smiled added explained insisted warned warns announced demanded begged promised agreed nodded beeped beeps chirped
    growled snapped hissed wondered thought thinks told tells repeated began continued admitted protested suggested
    declared squeaked barked mumbled screamed groaned chuckled giggled observed remarked breathed buzzed hummed read
    dijo preguntó respondió gritó susurró dit demanda répondit cria murmura sagte fragte antwortete rief flüsterte
    сказал сказала спросил спросила ответил ответила крикнул крикнула прошептал прошептала
    אמר אמרה שאל שאלה ענה ענתה צעק צעקה לחש לחשה قال قالت سأل سألت أجاب أجابت صاح صاحت همس همست
    είπε ρώτησε απάντησε""".split()
)

TITLES = frozenset(
    """Mr Mrs Ms Miss Dr Doctor Professor Prof Captain Commander Lieutenant Sergeant General Colonel Major Officer Detective
    Inspector King Queen Prince Princess Lord Lady Sir Master Aunt Auntie Uncle Grandma Grandpa Grandmother Grandfather
    Granny Old Little Young Father Mother Sister Brother Coach Chef Señor Señora Don Doña Madame Monsieur Herr Frau
    Господин Госпожа Бабушка Дедушка Tante Onkel Opa Oma""".split()
)

NOT_NAMES = frozenset(
    """I A An The This That These Those He She It They We You His Her Its Their Our Your My Me Him Them Us One Two Three Four
    Five Six Seven Eight Nine Ten And But Or Nor So Yet For Not No Yes Oh Ah Hey Well Okay Ok Please Thanks Thank Sorry
    Hello Hi Goodbye Bye Good Bad Great Of In On At To From By With Without Into Onto Upon Over Under Above Below Behind
    Beside Between Before After During Since Until While When Whenever Where Wherever Why What Whatever Which Who Whom
    Whose How However If Unless Because Although Though As Than Then There Here Now Once Twice Again Always Never Ever
    Often Sometimes Soon Later Today Tonight Tomorrow Yesterday Suddenly Slowly Quickly Finally Eventually Meanwhile
    Perhaps Maybe Just Only Even Still Already Almost Every Everyone Everything Everybody Each All Both Some Someone
    Something Somebody Any Anyone Anything Nobody Nothing None Many Much More Most Few Little Less Other Another Such
    Same First Second Third Last Next Outside Inside Somewhere Nowhere Everywhere Far Near Nearby Down Up Out Off Away
    Back Around Across Along Through Toward Towards Against Among About Beyond Despite Like Unlike Instead Together
    Alone Is Are Was Were Be Been Do Does Did Have Has Had Can Could Will Would Shall Should May Might Must Let Lets
    Look Listen Wait Stop Come Go Run Help Take Give Get Make See Watch Stay Keep Hold Hurry Tell Say Try Think Know
    Want Need Follow Remember Forget Dear Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February
    March April May June July August September October November December Spring Summer Autumn Winter Christmas Easter
    Halloween English French German Spanish Italian Japanese Chinese Korean Russian American British European God Lord
    Earth Mars Moon Sun Venus Jupiter Saturn Mercury Neptune Pluto North South East West Morning Evening Night Noon
    Midnight Dawn Dusk Rain Snow Wind Water Fire Light Dark Day Time Life Love Mom Mum Dad Papa Mama Sir Madam Ma'am
    Chapter Part End Story Title Ok Wow Ouch Boom Bang Crash Beep Ha Haha Hmm Um Uh Shh Ready Right Wrong True False Sure
    Nice Fine Cool Welcome Congratulations Happy Merry New Old Young Big Small Long Short High Low Ignore System User
    Assistant Instructions Instruction Der Die Das Ein Eine Und Ich Er Sie Es Wir Ihr El La Los Las Un Una Y Yo Él Ella
    Le Les Une Et Je Il Elle Nous Vous On Он Она Они Мы Вы Я И А Но В На С Это Как Что Когда Где Потом Вдруг Однажды
    Ο Η Το Και Ένα Μια""".split()
)

PLACE_ENDINGS = frozenset(
    """Street Road Avenue Lane Square Park Bay Harbour Harbor Island Islands Mountain Mountains Lake River Sea Ocean Forest
    Woods City Town Village School Academy University Castle Bridge Station Tower Hill Hills Valley Beach Point House Hall
    Market Café Cafe Library Museum Hospital Planet Galaxy Desert County Cove Lighthouse Kingdom Festival Cup Day Academy
    Company Club Team Ship Inn Bakery Garden Gardens""".split()
)

# species -> the words that name it
SPECIES: dict[str, str] = {
    "robot": "robot android droid automaton cyborg drone bot ロボット робот רובוט روبوت",
    "cat": "cat kitten tomcat kitty 猫 gato chat katze кот кошка חתול قط قطة",
    "dog": "dog puppy hound terrier poodle 犬 perro chien hund собака пёс כלב كلب",
    "fox": "fox vixen 狐 zorro renard fuchs лиса שועל ثعلب",
    "rabbit": "rabbit bunny hare 兎 うさぎ conejo lapin hase заяц кролик ארנב أرنب",
    "bear": "bear panda 熊 oso ours bär медведь דוב دب",
    "bird": "bird owl crow raven parrot sparrow seagull penguin duck 鳥 pájaro oiseau vogel птица ציפור طائر",
    "mouse": "mouse rat hamster 鼠 ratón souris maus мышь עכבר فأر",
    "dragon": "dragon 竜 龍 dragón дракон דרקון تنين",
    "ghost": "ghost phantom spirit spectre 幽霊 fantasma fantôme geist призрак רוח-רפאים شبح",
    "alien": "alien martian extraterrestrial 宇宙人 инопланетянин חייזר",
}

# role noun -> (age, gender): what a person is when the story gives no name
ROLE_NOUNS: dict[str, tuple[str, str]] = {
    "girl": ("child", "f"), "boy": ("child", "m"), "child": ("child", ""), "kid": ("child", ""), "baby": ("child", ""),
    "daughter": ("child", "f"), "son": ("child", "m"), "sister": ("teen", "f"), "brother": ("teen", "m"),
    "student": ("teen", ""), "teenager": ("teen", ""), "apprentice": ("teen", ""), "princess": ("teen", "f"),
    "prince": ("teen", "m"), "woman": ("adult", "f"), "man": ("adult", "m"), "mother": ("adult", "f"),
    "father": ("adult", "m"), "wife": ("adult", "f"), "husband": ("adult", "m"), "teacher": ("adult", ""),
    "doctor": ("adult", ""), "nurse": ("adult", "f"), "captain": ("adult", ""), "pilot": ("adult", ""),
    "astronaut": ("adult", ""), "scientist": ("adult", ""), "soldier": ("adult", "m"), "knight": ("adult", "m"),
    "detective": ("adult", ""), "thief": ("adult", ""), "pirate": ("adult", "m"), "sailor": ("adult", "m"),
    "baker": ("adult", ""), "farmer": ("adult", ""), "cook": ("adult", ""), "chef": ("adult", ""),
    "musician": ("adult", ""), "painter": ("adult", ""), "artist": ("adult", ""), "librarian": ("adult", "f"),
    "mechanic": ("adult", ""), "engineer": ("adult", ""), "shopkeeper": ("adult", ""), "driver": ("adult", "m"),
    "traveller": ("adult", ""), "traveler": ("adult", ""), "stranger": ("adult", "m"), "hunter": ("adult", "m"),
    "witch": ("adult", "f"), "samurai": ("adult", "m"), "ninja": ("adult", ""), "monk": ("adult", "m"),
    "gardener": ("adult", ""), "guard": ("adult", "m"), "keeper": ("old", "m"), "lighthouse keeper": ("old", "m"),
    "fisherman": ("old", "m"), "wizard": ("old", "m"), "king": ("old", "m"), "queen": ("adult", "f"),
    "grandmother": ("old", "f"), "grandfather": ("old", "m"), "grandma": ("old", "f"), "grandpa": ("old", "m"),
    "hermit": ("old", "m"), "professor": ("old", "m"), "friend": ("teen", ""), "neighbour": ("adult", ""),
    "neighbor": ("adult", ""), "hero": ("teen", ""), "villain": ("adult", "m"), "creature": ("adult", ""),
    "monster": ("adult", ""), "postman": ("adult", "m"), "waitress": ("adult", "f"), "waiter": ("adult", "m"),
    "blacksmith": ("adult", "m"), "merchant": ("adult", "m"), "dancer": ("adult", "f"), "singer": ("adult", "f"),
    "writer": ("adult", ""), "watchmaker": ("old", "m"), "clockmaker": ("old", "m"), "tailor": ("adult", "m"),
}  # fmt: skip

ROLE_ADJECTIVES = (
    "old young little tiny small tall lonely blind brave shy tired quiet clever kind mysterious strange elderly retired "
    "poor rich lost big gentle grumpy curious stray black white grey gray brown orange golden silver rusty"
).split()

FEMALE_NAMES = frozenset(
    """Anna Mira Maria Sofia Emma Olivia Ava Mia Lily Rose Grace Alice Clara Ella Ruby Nina Luna Yuki Hana Sakura Aiko Emi
    Keiko Mei Ling Priya Aisha Fatima Zara Leila Amira Ines Lucia Elena Marta Julia Ingrid Astrid Freya Greta Heidi Ida
    Jane Kate Laura Lena Lucy Maya Mara Nora Petra Rita Sara Sarah Tara Uma Vera Wendy Zoe June Iris Hazel Ivy Pearl Dot
    Beth Meg Peg Jo Agnes Esther Ruth Miriam Naomi Rachel Hannah Анна Мария Ольга Мария""".split()
)

MALE_NAMES = frozenset(
    """Tom Thomas Tomas Jack John James Sam Ben Leo Max Finn Noah Luca Hugo Omar Ali Hassan Yusuf Kenji Hiro Takeshi Ryo Ren
    Kaito Sora Jin Wei Raj Arjun Ravi Ivan Boris Dmitri Pavel Jan Karl Otto Hans Fritz Lars Erik Olaf Pablo Diego Carlos
    Juan Luis Marco Paolo Pierre Jean Louis Henri George Harry Henry Peter Paul Adam David Daniel Elias Felix Gus Walter
    Arthur Edgar Oscar Theo Milo Joshua Nikola Sasha Misha Иван Пётр""".split()
)

STARTS_LIKE_A_SUBJECT = frozenset(
    """was is had has did does could would can will wanted lived loved found saw took said sat stood looked ran went came got
    knew felt heard thought made kept held told began left gave put let woke slept ate drank fell flew drew wrote read rode
    drove sang spoke swam threw wore won lost met paid sent built bought brought caught chose grew hid hit hurt led lit rang
    rose shook shut slid spent spun stole stuck struck swung taught tore understood never always and who loves likes lives
    walks runs sees finds takes sits stands looks goes comes knows feels hears thinks makes keeps holds tells begins leaves
    gives puts wakes sleeps eats falls flies draws writes reads opens closes asks says smiles laughs cries turns stares""".split()
)

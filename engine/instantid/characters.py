"""Anime characters whose look a portrait may borrow: name and series as Animagine XL was taught them, and gender."""

from typing import NamedTuple


class Character(NamedTuple):
    """A well-known character."""

    name: str
    series: str
    woman: bool


_WOMEN = """
souryuu asuka langley, neon genesis evangelion
ayanami rei, neon genesis evangelion
katsuragi misato, neon genesis evangelion
tsukino usagi, bishoujo senshi sailor moon
mizuno ami, bishoujo senshi sailor moon
hino rei, bishoujo senshi sailor moon
kino makoto, bishoujo senshi sailor moon
aino minako, bishoujo senshi sailor moon
kinomoto sakura, cardcaptor sakura
daidouji tomoyo, cardcaptor sakura
haruno sakura, naruto
hyuuga hinata, naruto
tsunade, naruto
inoue orihime, bleach
kuchiki rukia, bleach
nami, one piece
nico robin, one piece
nefertari vivi, one piece
bulma, dragon ball
android 18, dragon ball
winry rockbell, fullmetal alchemist
riza hawkeye, fullmetal alchemist
mikasa ackerman, shingeki no kyojin
annie leonhardt, shingeki no kyojin
kamado nezuko, kimetsu no yaiba
kochou shinobu, kimetsu no yaiba
kanroji mitsuri, kimetsu no yaiba
uraraka ochako, boku no hero academia
yaoyorozu momo, boku no hero academia
kugisaki nobara, jujutsu kaisen
makima, chainsaw man
power, chainsaw man
yor briar, spy x family
frieren, sousou no frieren
fern, sousou no frieren
suzumiya haruhi, suzumiya haruhi no yuuutsu
nagato yuki, suzumiya haruhi no yuuutsu
asahina mikuru, suzumiya haruhi no yuuutsu
hirasawa yui, k-on!
akiyama mio, k-on!
nakano azusa, k-on!
kaname madoka, mahou shoujo madoka magica
akemi homura, mahou shoujo madoka magica
sakura kyouko, mahou shoujo madoka magica
makise kurisu, steins;gate
misaka mikoto, toaru kagaku no railgun
aisaka taiga, toradora!
holo, spice and wolf
c.c., code geass
kallen stadtfeld, code geass
faye valentine, cowboy bebop
kusanagi motoko, ghost in the shell
revy, black lagoon
lina inverse, slayers
violet evergarden, violet evergarden
yukinoshita yukino, yahari ore no seishun lovecome wa machigatteiru.
shinomiya kaguya, kaguya-sama wa kokurasetai
chitanda eru, hyouka
kitagawa marin, sono bisque doll wa koi wo suru
gotou hitori, bocchi the rock!
ijichi nijika, bocchi the rock!
anya forger, spy x family
rem, re:zero kara hajimeru isekai seikatsu
emilia, re:zero kara hajimeru isekai seikatsu
megumin, kono subarashii sekai ni shukufuku wo!
aqua, kono subarashii sekai ni shukufuku wo!
asuna, sword art online
saber, fate/stay night
tohsaka rin, fate/stay night
hoshino ai, oshi no ko
maomao, kusuriya no hitorigoto
ryuuko matoi, kill la kill
kiryuuin satsuki, kill la kill
kagura, gintama
nausicaa, kaze no tani no nausicaa
kiki, majo no takkyuubin
san, mononoke hime
ogino chihiro, sen to chihiro no kamikakushi
sophie, howl no ugoku shiro
"""

_MEN = """
ikari shinji, neon genesis evangelion
nagisa kaworu, neon genesis evangelion
chiba mamoru, bishoujo senshi sailor moon
uzumaki naruto, naruto
uchiha sasuke, naruto
hatake kakashi, naruto
kurosaki ichigo, bleach
urahara kisuke, bleach
monkey d. luffy, one piece
roronoa zoro, one piece
sanji, one piece
son goku, dragon ball
vegeta, dragon ball
edward elric, fullmetal alchemist
roy mustang, fullmetal alchemist
eren yeager, shingeki no kyojin
levi, shingeki no kyojin
armin arlert, shingeki no kyojin
kamado tanjirou, kimetsu no yaiba
agatsuma zenitsu, kimetsu no yaiba
rengoku kyoujurou, kimetsu no yaiba
midoriya izuku, boku no hero academia
todoroki shouto, boku no hero academia
bakugou katsuki, boku no hero academia
gojou satoru, jujutsu kaisen
itadori yuuji, jujutsu kaisen
fushiguro megumi, jujutsu kaisen
denji, chainsaw man
hayakawa aki, chainsaw man
loid forger, spy x family
himmel, sousou no frieren
kyon, suzumiya haruhi no yuuutsu
okabe rintarou, steins;gate
lelouch vi britannia, code geass
kururugi suzaku, code geass
spike spiegel, cowboy bebop
vash the stampede, trigun
himura kenshin, rurouni kenshin
yagami light, death note
l, death note
gon freecss, hunter x hunter
killua zoldyck, hunter x hunter
kurapika, hunter x hunter
sakata gintoki, gintama
oreki houtarou, hyouka
hikigaya hachiman, yahari ore no seishun lovecome wa machigatteiru.
kirito, sword art online
emiya shirou, fate/stay night
hinata shouyou, haikyuu!!
kageyama tobio, haikyuu!!
sakuragi hanamichi, slam dunk
rukawa kaede, slam dunk
kujo jotaro, jojo no kimyou na bouken
giorno giovanna, jojo no kimyou na bouken
mob, mob psycho 100
saitama, one-punch man
genos, one-punch man
thorfinn, vinland saga
kaneda shoutarou, akira
howl, howl no ugoku shiro
ashitaka, mononoke hime
haku, sen to chihiro no kamikakushi
jinshi, kusuriya no hitorigoto
"""


def _read(lines: str, *, woman: bool) -> tuple[Character, ...]:
    pairs = (line.split(", ", 1) for line in lines.strip().splitlines())
    return tuple(Character(name, series, woman) for name, series in pairs)


CHARACTERS: tuple[Character, ...] = (*_read(_WOMEN, woman=True), *_read(_MEN, woman=False))

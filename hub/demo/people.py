"""The people of the demo community. All of them are made up."""

from enum import StrEnum

from msgspec import Struct


class Style(StrEnum):
    """What somebody mostly does."""

    RUN = "run"
    RIDE = "ride"
    LIFT = "lift"
    SWIM = "swim"
    ROW = "row"
    FLOW = "flow"
    WALK = "walk"
    MIX = "mix"


class Person(Struct, frozen=True):
    """`level` is 1 for somebody who trains regularly; it scales pace, distance and weight."""

    handle: str
    name: str
    tz: str
    style: Style
    level: float
    per_week: int
    bio: str


VISITOR = Person(
    handle="visitor",
    name="Demo Visitor",
    tz="UTC",
    style=Style.MIX,
    level=0.95,
    per_week=3,
    bio="A guest for an hour. Everything here is there to be tried.",
)

# handle | name | time zone | style | level | workouts a week | bio
_PEOPLE = """
amara_o|Amara Okonjo|Africa/Lagos|run|1.15|5|Chasing a ten under forty. Coffee first, then hills.
bjorn_h|Bjørn Halvorsen|Europe/Oslo|ride|1.20|4|Rollers in winter, gravel in summer.
chiyo_n|Chiyo Nakagawa|Asia/Tokyo|run|1.05|5|River path before sunrise. I count herons, not steps.
davi_m|Davi Montenegro|America/Sao_Paulo|lift|1.10|4|Physio by day. Slow eccentrics, honest depth.
eilidh_m|Eilidh MacCrimmon|Europe/London|row|1.15|5|Stern pair at heart, alone on the erg in practice.
farid_k|Farid Karimov|Asia/Tashkent|lift|1.25|4|Deadlift day is the best day.
greta_l|Greta Lindqvist|Europe/Stockholm|swim|1.10|4|Open water from May, whatever May thinks of it.
hamza_b|Hamza Belkacem|Africa/Algiers|run|1.25|6|Two marathons, one more in me. Maybe two.
ines_c|Inês Carvalhal|Europe/Lisbon|flow|0.95|5|Teaching people to breathe, and forgetting to myself.
jonas_w|Jonas Wetterstein|Europe/Berlin|ride|0.95|3|Commuter who got out of hand.
kalea_k|Kalea Kahananui|Pacific/Honolulu|swim|1.20|5|Ocean first, pool when the ocean says no.
lerato_d|Lerato Dlomo|Africa/Johannesburg|run|0.90|4|Started with the bus stop. Now it is ten k.
marek_z|Marek Zieliński|Europe/Warsaw|lift|1.15|4|Garage gym, cold bar, warm tea.
noor_a|Noor Al-Sabti|Asia/Dubai|mix|1.00|5|Mornings are for lifting, evenings for the creek.
oisin_f|Oisín Fallon|Europe/Dublin|run|1.00|4|Club vest, muddy knees.
priya_r|Priya Raghunathan|Asia/Kolkata|run|0.95|4|Data by day, parkland by dawn.
quentin_b|Quentin Barbier|Europe/Paris|ride|1.10|4|I will take the long way home.
rosa_v|Rosa Villalobos|America/Mexico_City|mix|1.05|5|Three kids, two kettlebells, one hour.
sami_l|Sámi Laakso|Europe/Helsinki|walk|0.90|4|Forest, thermos, repeat.
tomas_h|Tomáš Havelka|Europe/Prague|ride|1.15|5|Climbs are just slow conversations.
uchenna_e|Uchenna Ezeilo|Africa/Lagos|lift|1.00|3|Back after a shoulder. Patience is a lift too.
vera_p|Vera Petrosyan|Asia/Yerevan|walk|1.05|4|If there is a ridge, I am on it.
wei_l|Wei Lanying|Asia/Shanghai|swim|0.95|4|Four laps at a time, since two years.
xochitl_r|Xóchitl Rentería|America/Monterrey|run|1.10|5|Trail shoes in the office drawer.
yusuf_d|Yusuf Demirtaş|Europe/Istanbul|row|1.05|4|Bosphorus mornings. Wind is a training partner.
zofia_g|Zofia Gawlik|Europe/Warsaw|flow|0.90|4|Mobility for people who say they have no time.
aisha_m|Aisha Mbeki-Stone|Africa/Nairobi|run|1.30|6|Easy days easy. Really easy.
bruno_f|Bruno Ferrazzi|Europe/Rome|ride|1.05|4|Espresso stops are part of the interval.
camila_s|Camila Solís|America/Bogota|ride|1.25|5|Born at 2,600 metres, still out of breath.
dae_jung|Dae-jung Hwang|Asia/Seoul|lift|1.05|4|Front squats and black sesame ice cream.
elif_y|Elif Yıldırım|Europe/Istanbul|mix|0.95|4|Doctor on shifts: if it happened, it counts.
finn_j|Finn Jørgensen|Europe/Copenhagen|swim|1.00|3|Winter bather. The rest is a warm-up.
gulnara_s|Gulnara Seitkali|Asia/Almaty|walk|1.15|4|Mountains on the doorstep, no excuse.
hugo_t|Hugo Thibodeau|America/Montreal|mix|1.10|5|Skis are waxed. Until then, everything else.
isla_r|Isla Rangihuna|Pacific/Auckland|run|1.05|5|Hills, flax, wind in the teeth.
javier_q|Javier Quispe|America/Lima|run|1.00|4|Sea level legs with mountain lungs.
katya_v|Katya Voronenko|Europe/Kyiv|lift|1.10|5|Strong is a quiet word.
liam_o|Liam Oduya|Europe/London|lift|1.20|4|Coaching at the corner gym. Ask me about hinges.
mei_t|Mei Tanaka-Ross|America/Vancouver|ride|1.00|4|Rain gear reviewer, unpaid.
nils_b|Nils Bergdahl|Europe/Stockholm|row|1.20|5|2k tests are character tests.
olena_k|Olena Kravets|Europe/Kyiv|run|1.00|4|Running clears the desk in my head.
pablo_n|Pablo Nogueira|Europe/Madrid|mix|1.00|4|Chef. Stairs, sleds and late dinners.
qamar_h|Qamar Hosseini|Asia/Karachi|walk|0.85|3|Doctor's orders became a habit.
ruth_a|Ruth Abernathy|America/Chicago|swim|1.05|4|Masters lane three, seventy and counting.
sione_t|Sione Taufa|Pacific/Auckland|lift|1.30|4|Big lifts, small ego, bigger lunch.
tariq_z|Tariq Zaman|Asia/Dhaka|run|0.95|4|Rooftop laps in the monsoon.
ursa_k|Urša Kovačič|Europe/Ljubljana|ride|1.20|5|There is always a pass between here and home.
vikram_j|Vikram Joshi|Asia/Kolkata|lift|0.95|4|Engineer. I log, therefore I lift.
wanda_n|Wanda Nakoma|America/Denver|walk|1.10|4|Fourteen-thousanders, one at a time.
xavi_p|Xavi Puigdemunt|Europe/Madrid|ride|1.15|5|If it is paved and steep, I have an opinion.
yara_c|Yara Castellanos|America/Guayaquil|flow|1.00|5|Hips don't lie: they need ten minutes a day.
zane_w|Zane Whitlock|America/New_York|mix|1.00|4|Lunch-break lifter, weekend wanderer.
anouk_d|Anouk Desrosiers|Europe/Brussels|run|1.10|4|Canal towpath, out and back, podcasts.
bo_r|Bo Rasmussen|Europe/Copenhagen|row|0.95|3|Boat club treasurer. The ledger and the ledge.
chandra_w|Chandra Wijaya|Asia/Jakarta|run|0.90|4|Five a.m. or never. It is warm here.
dora_s|Dóra Szilágyi|Europe/Budapest|swim|1.15|5|Thermal baths are recovery. I have checked.
emeka_u|Emeka Udoh|America/Toronto|lift|1.15|4|Nurse. Lifts people, then lifts iron.
freya_g|Freya Guðmundsdóttir|Atlantic/Reykjavik|mix|1.05|4|Weather is a suggestion.
goran_m|Goran Matijević|Europe/Zagreb|ride|1.00|4|Island hopping on 28 mm tyres.
hana_b|Hana Bezabih|Africa/Addis_Ababa|run|1.20|5|Easy in the valley, brave on the hill.
"""


def _read(line: str) -> Person:
    handle, name, tz, style, level, per_week, bio = line.split("|")
    return Person(handle, name, tz, Style(style), float(level), int(per_week), bio)


PEOPLE = tuple(_read(line) for line in _PEOPLE.strip().splitlines())

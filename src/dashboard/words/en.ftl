# English, after the French.
title = Usage
title-site = Usage of { $site }
skip = Skip to the figures
navigation = Sections
languages = Language
log-out = Log out
logged-in = Logged in as { $name }
sample = Sample data: these visits were made up for the demo.

# Login
login-title = Log in
login-name = Name
login-password = Password
login-button = Log in
login-wrong = Name and password do not go together. Check both and try again.
login-closed = Too many attempts. Wait a quarter of an hour, then try again.
login-elsewhere = That request did not come from this page. Fill in the form below.
login-help = Accounts are made on the server: paravent account add.
store-away = Accounts cannot be read at the moment. Try again in a minute.

# Choice
site = Site
sites = Sites
period = Period
span-7 = 7 days
span-28 = 28 days
span-90 = 90 days
other-days = Other dates
from = From
to = To
show = Show
from-to = { $from } to { $to }
overview = Overview

# Figures
figures = In short
figure-visits = Visits
figure-pages = Pages viewed
figure-search = From a search engine
figure-phones = On a phone
figure-agreed = Agreed to some tools
range = { $low } to { $high }
zero-to = 0 to { $high }
hidden = too few to tell from noise
not-yet = Not released yet
change-more = { $value } more than before
change-less = { $value } less than before
change-points-more = { $count ->
    [one] { $count } point more than before
   *[other] { $count } points more than before
}
change-points-less = { $count ->
    [one] { $count } point less than before
   *[other] { $count } points less than before
}
change-unclear = No clear change
change-none = Not enough days to compare
before = “Before” is { $from } to { $to }.

# Chart
chart-title = Visits by day
chart-describe = Released visits by day, { $from } to { $to }, with their range.
chart-point = { $value } visits, { $share }
chart-gap = Nothing released
chart-meaning = The line is the released number; the band is what it may stand for. In 95 cases of 100 the exact count lies within the band.
chart-interrupted = { $count ->
    [one] Counting was interrupted once in this period: that day counts fewer visits.
   *[other] Counting was interrupted { $count } times in this period: those days count fewer visits.
}
chart-table = The same numbers as a table
day = Day
number = Number
margin = Range

# Cards
card-visits = Visits
card-sources = Sources
card-pages = Pages
card-regions = Regions
card-devices = Devices
card-consent = Consent
card-languages = Languages
card-entries = Entries per visit
card-hours = Hours of arrival
card-depth = Pages per visit
card-agents = Robots and prefetches
card-goals = Goals
card-funnels = Ways
card-campaigns = Campaigns
card-speed = Speed of the first page
card-not-found = Pages that are not there
card-goals-by-source = Goals by channel
share-of-visits = { $share } of visits ({ $low } to { $high })
share-of-first = { $share } of the first step ({ $low } to { $high })
all = All
csv = CSV
csv-of = Download “{ $name }” as CSV
all-of = All of { $name }
covers = Released { $from } to { $to }
card-empty = Nothing was released for these days.
card-noise = Nothing stands out from the noise in this period. A longer one says more.
card-others = Values that are lost in the noise are not shown here.
exact-note = A visit is one visitor on one day: who comes back the next day counts again. Nobody is followed from day to day.

# Empty
empty-title = Nothing was released for these days
empty-when = A day’s visits appear shortly after midnight. Pages, sources and the rest appear on Mondays, for the week, while the site has fewer than 500 visits a day.
empty-why = Until then there is nothing to see: the open day’s counts stay in memory, and are released only with their noise.
empty-do = Meanwhile, check that the site goes through Paravent: open it and look for the request for consent.

# Guarantee
guarantee = Only aggregated, anonymised numbers are kept. Each carries noise drawn once: epsilon { $epsilon } per visitor and day, rho { $rho }.

# Cells
page-unlisted = (other pages)
hour = { $value }:00
sources-direct = Direct
sources-internal = Going on with a visit
sources-referral = Other sites
sources-webmail = Webmail
sources-other = Another search engine
sources-newsletter = Newsletter
sources-google-business = Google Business profile
sources-pages-jaunes = Yellow Pages
sources-rvsq = Rendez-vous santé Québec
sources-quebec = Québec’s health portal
sources-cmq = Collège des médecins
sources-pages-maroc = Pages Maroc
sources-public = Another public health site
channel-search = search
channel-social = social
channel-assistant = assistant
channel-email = email
channel-directory = directory
channel-health = health directory
funnel-step = { $name }: step { $value }
goal-by-channel = { $name }, { $value }
campaign-other = Other campaigns
speed-instant = Under 0.2 s
speed-fast = 0.2 to 0.5 s
speed-fair = 0.5 to 1 s
speed-slow = 1 to 3 s
speed-very-slow = Over 3 s
not-found-own = Link on a page of the site
not-found-elsewhere = Link on another site
not-found-typed = Address typed or kept
devices-phone = Phone
devices-tablet = Tablet
devices-computer = Computer
consent-not-asked = Nothing to ask
consent-unanswered = No answer
consent-signal = Refused by the browser (GPC)
consent-refused = Refused
consent-partial = Agreed in part
consent-accepted = Agreed
languages-other = Another language
languages-ar = Arabic
languages-ber = Amazigh
languages-de = German
languages-en = English
languages-es = Spanish
languages-fr = French
languages-ht = Haitian Creole
languages-it = Italian
languages-pt = Portuguese
languages-zh = Chinese
agents-prefetch = Prefetches
agents-automation = Automation
agents-crawler = Declared robots
agents-overflow = Beyond capacity
region-unknown = Unknown region
region-CA = Canada (no province)
region-CA-AB = Alberta
region-CA-BC = British Columbia
region-CA-MB = Manitoba
region-CA-NB = New Brunswick
region-CA-NL = Newfoundland and Labrador
region-CA-NS = Nova Scotia
region-CA-NT = Northwest Territories
region-CA-NU = Nunavut
region-CA-ON = Ontario
region-CA-PE = Prince Edward Island
region-CA-QC = Quebec
region-CA-SK = Saskatchewan
region-CA-YT = Yukon
region-MA-01 = Tanger-Tétouan-Al Hoceïma
region-MA-02 = L’Oriental
region-MA-03 = Fès-Meknès
region-MA-04 = Rabat-Salé-Kénitra
region-MA-05 = Béni Mellal-Khénifra
region-MA-06 = Casablanca-Settat
region-MA-07 = Marrakech-Safi
region-MA-08 = Drâa-Tafilalet
region-MA-09 = Souss-Massa
region-MA-10 = Guelmim-Oued Noun
region-MA-11 = Laâyoune-Sakia El Hamra
region-MA-12 = Dakhla-Oued Ed-Dahab

month-01 = Jan
month-02 = Feb
month-03 = Mar
month-04 = Apr
month-05 = May
month-06 = Jun
month-07 = Jul
month-08 = Aug
month-09 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec

language-name = English
in-short = Privacy

# Banner
ask-title = Do you accept these tools?
ask-who = { $site } would like to use { $vendors }. These tools can keep cookies on your device, identify you, locate you or build a profile of you.
ask-abroad = { $home ->
    [QC] Information about your visit might leave Quebec: { $countries }.
    [CA] Information about your visit would leave Canada: { $countries }.
    [MA] Information about your visit would leave Morocco: { $countries }.
    [US] Information about your visit would leave the United States: { $countries }.
   *[other] Information about your visit would be processed here: { $countries }.
}
ask-home = Information about your visit would stay here: { $countries }.
ask-free = All of it is off right now. “Accept” switches on everything; “Choose”, what you want. Refusing changes nothing on the site. You can change your mind at any time, at the bottom of every page.
refuse = Refuse
accept = Accept
refuse-all = Refuse all
accept-all = Accept all
choose = Choose
later = Later
save = Save
withdraw = Withdraw consent
close = Close
privacy-page = Privacy page
list-separator = ,{" "}
other-tools = { $count ->
    [one] { $count } other tool
   *[other] { $count } other tools
}
list-last = {" "}and{" "}

# Purposes
functional = Comfort
functional-why = videos, maps, chat
analytics = Measurement
analytics-why = learning how the site is used
marketing = Advertising
marketing-why = ads based on your visits
necessary = Necessary

# Preferences
panel-title = Your choices
panel-help = A switch that is off means no. To choose vendor by vendor, use the privacy page.
vendors-count = { $count ->
    [one] { $count } vendor
   *[other] { $count } vendors
}
now-none = nothing accepted
now-refused = refused
now-gpc = refused by your browser
now-some = partly accepted
now-all = accepted

# Placeholders
frame-video = Video: { $vendor }
frame-map = Map: { $vendor }
frame-chat = Chat: { $vendor }
frame-booking = Booking: { $vendor }
frame-social = Social content: { $vendor }
frame-captcha = Verification: { $vendor }
frame-form = Form: { $vendor }
frame-other = Content: { $vendor }
frame-who = A service of { $entity } ({ $country }). None of it loads unless you agree.
frame-unknown = This content comes from another site. It was not loaded, to protect your information.
frame-sensitive = No outside service loads on this page, whatever your choice.
frame-not-offered = This site does not load this service.
load-once = Load once
load-always = Always load
open-there = Open on { $host }

# Privacy page
page-title = Your privacy · { $site }
letter-1 = This site loads no tool for measurement, advertising or comfort unless you agree.
letter-2 = Your network address is cut short at the door: neither this site nor its tools see the end of it.
letter-3 = We keep your choice in a cookie, for { $days ->
    [one] { $days } day
   *[other] { $days } days
} at most, and then ask again.
letter-4 = Browsing this site is not agreeing to anything: only a button you press is.
letter-5 = You can change all of it here, with one press.
your-choice = Your choice
choice-none = You have not chosen yet, so everything optional is off.
choice-gpc = Your browser has refused on your behalf (Global Privacy Control), and we respect that.
choice-refused = On { $day }, you refused everything.
choice-granted = On { $day }, you accepted: { $what }.
receipt-link = Download the receipt of my agreement
choice-nothing = This site uses nothing that needs your agreement.
guardian-letter = Below the age of { $age }, a parent or guardian accepts; to refuse, nobody has to ask anyone.
only-this = Allow only this one
not-this = Not this one
known = What we know of you right now
known-network = Network (address cut short)
known-region = Region
known-language = Language of this page
known-device = Device
known-counted = Counted in our statistics
known-forgotten = None of this is kept under your name.
unknown = unknown
yes = yes
no = no
phone = phone
tablet = tablet
computer = computer
object = Stop counting me
count-me = Count me again
counting = Our statistics are anonymous totals, made without cookies. You may object to being in them.
recipients = Who would receive what, if you agree
recipients-none = Nobody: no vendor is offered on this site.
contract-ref = Contract: { $ref }
authorisation-ref = Transfer authorised: { $ref }
col-vendor = Vendor
col-country = Country
col-why = Why
col-kept = What it keeps
vendor-policy = Its policy
kept-nothing = nothing
kept-count = { $count ->
    [one] { $count } cookie or key
   *[other] { $count } cookies and keys
}
kept-session = until the browser closes
kept-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
withheld = What was ruled out
withheld-why = These tools cannot be switched on here, even if you agree.
reason-purpose-locked = this site does not want it
reason-residency = it processes data outside the promised territory
reason-no-contract = no contract governs it
reason-no-authorisation = the transfer abroad is not authorised
reason-session-replay = it records what you do on the screen
reason-no-contact = nobody answers for it
locked = Closed to everyone: { $what }
locked-why = No button, no call and no cookie can switch it on here. Where a page contains such tools, they are taken out before it reaches you.
locked-count = { $count ->
    [one] { $count } tool known and taken out
   *[other] { $count } tools known and taken out
}
own-cookies = Our own cookie
own-cookie-why = remembers your choice; signed, unreadable to scripts, the same for everyone who refuses on the same day
keeping = How long we keep what
keep-visit = What we know of you during your visit
keep-choice = Your choice, in our cookie
keep-receipts = The receipt of an agreement, after its end (a refusal leaves none)
keep-counts = Our anonymous statistics
keep-counts-time = 25 months
keep-enquiries = Messages you send us, at most
rights = Your rights
rights-intro = At any time, you may:
right-access = see the personal information we have about you, and receive a copy;
right-rectify = have what is wrong or incomplete corrected;
right-erase = have what is no longer needed deleted;
right-object = object to what we do with it;
right-withdraw = withdraw your agreement, at the top of this page, and lose nothing by it;
right-portability = receive what you gave us in a computer format, or have it passed to another organisation.
rights-delay = We answer within { $days ->
    [one] { $days } day
   *[other] { $days } days
}.
law-quebec = These rights come from Quebec’s laws on personal information (P-39.1 and A-2.1, as amended by Law 25).
law-canada = These rights come from the federal law on personal information (PIPEDA).
law-morocco = These rights come from Law 09-08 on the protection of individuals with regard to the processing of personal data.
law-gdpr = These rights come from the General Data Protection Regulation (GDPR, articles 15 to 22).
law-us-hipaa = For health information, these rights come from HIPAA (45 CFR 164); for the rest, we commit to them.
law-strict = We recognise them wherever you live.
rights-write = Write to
rights-nobody = This site has not named a person in charge yet, so it may not ask you for anything.
email = email
regulator = To complain: { $name }.
small-print = Small print
version = Version { $version } of this notice.
effective = In effect on { $day }.
replaces = Before it: version { $version }.
version-next = It will be version { $version }.

# A notice that is announced
upcoming = This notice changes on { $day }
upcoming-new = We will then offer you, for the first time: { $what }.
upcoming-asked = Until then, nothing changes. On that day, today’s choice will no longer count: we will ask you again, and refusing will still cost nothing.

# Dates
date = { $month } { $day }, { $year }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
as-data = This inventory as data (JSON)
back = Back to the site
languages = Languages

# How visits are counted
decimal-mark = .
usage-title = How we count · { $site }
usage-link = How we count, and what we guarantee
usage-letter-1 = Only anonymised aggregates are recorded.
usage-letter-2 = We count visits, without a line for each visitor and without storing anything on your device to do so.
usage-letter-3 = Every number carries noise drawn at random, which covers each person’s part in it.
usage-letter-4 = This page says exactly what that guarantees, and what it does not.
usage-you = You and this count
usage-counted = At present, your pages are counted. You may object, from the next page on.
usage-not-counted = Your pages are not counted: you asked for that.
usage-objecting = Our own cookie remembers an objection for { $days ->
    [one] { $days } day
   *[other] { $days } days
} at most, with nothing that tells you apart.
usage-promise = The promise in three numbers
usage-rho = ρ (rho)
usage-rho-what = the budget of one token for one day, all counts together
usage-epsilon = ε (epsilon)
usage-epsilon-what = the same budget, in the measure most people know
usage-delta = δ (delta)
usage-delta-what = the probability that epsilon leaves aside
usage-unit = The unit is one token during one day on this site, added or taken away. With it or without it, the probability of anything that is released changes by a factor of { $factor } at most (e to the power of ε), give or take δ: that is the worst case.
usage-formula = ε is rounded up to a tenth:
usage-token = A token is not a person
usage-token-text = It is worked out from your network (the address cut short), the name of your browser and the languages it asks for, under a key drawn at random each day for this site alone. Two people with the same network, the same browser and the same languages have the same token; one person on two networks has two; the next day all of them are new.
usage-costs = What that can cost
usage-cost-when = In this case
usage-cost-most = At most
usage-cost-here = Here, in ρ
usage-cost-swap = One token’s day is swapped for another, as when it is shared.
usage-cost-tokens = A person has k tokens on the same day.
usage-cost-days = A person comes on n days, and everything is released daily.
usage-cost-week = A person comes on k days of one week, released as a whole except for visits.
usage-cost-for = { $cost } if { $case }
usage-what = What is counted
usage-what-1 = What a requested page shows is looked up in closed lists, which no visitor’s request ever adds to; what is not in them counts as “other”. In each count, a token adds 1 to so many cells at most.
usage-what-2 = Every cell of these lists, even an empty one, is given its noise. The standard deviation says how large that is: about two times in three, the number released is within it of the exact one.
usage-col-what = Count
usage-col-cells = Cells, at most
usage-col-rho = Share of ρ
usage-col-noise = Standard deviation
usage-visits = Visits
usage-visits-what = the day’s tokens that asked for a page as a browser does
usage-pages = Pages
usage-pages-what = the different pages of the visit, in order, up to { $count }; a sensitive page counts under the one that holds it, a page that is not in the list under “other”
usage-sources = Sources
usage-sources-what = direct, another site, or one of a list of search engines, social networks, assistants, directories and webmails
usage-entries = Entries
usage-entries-what = how many times the visit came in from elsewhere: 1, 2, 3, or 4 and more
usage-hours = Hours
usage-hours-what = the hour of the first page
usage-regions = Regions
usage-regions-what = the country; in Canada and Morocco, the province or region; from the address cut short
usage-consent = Consent
usage-consent-what = where the choice stands at the last page: nothing to ask, no answer, refused, refused by the browser, accepted, partly accepted
usage-devices = Devices
usage-devices-what = phone, tablet or computer
usage-languages = Languages
usage-languages-what = the language that the browser asks for first, if it is in the list
usage-depth = Pages per visit
usage-depth-what = 1, 2, 3 to 5, 6 to 10, or 11 and more
usage-goals = Goals
usage-goals-what = the goals that the site declared beforehand (a page reached, a form sent, a call or a link pressed), the first that the visit reaches, up to { $count }; a goal on a sensitive page counts only under the name that the site gave it
usage-funnels = Declared ways
usage-funnels-what = for each way of two or three pages that the site declared, the last step that was reached in order
usage-campaigns = Campaigns
usage-campaigns-what = the first campaign of the visit, if the site registered it beforehand; all others count together
usage-speed = Speed
usage-speed-what = how long the first page took to begin: under 0.2 s, 0.5 s, 1 s or 3 s, or more
usage-not-found = Pages that are not there
usage-not-found-what = if the visit asked for a page that does not exist, where the link stood: on the site, elsewhere, nowhere; never the address that was asked for
usage-goals-by-source = Goals by channel
usage-goals-by-source-what = the same goals, up to { $count }, each with the channel that the visit came through (search, social network, direct)
usage-agents = Robots
usage-agents-what = pages fetched ahead, automated clients, declared robots and tokens beyond measure, counted apart from visits
usage-capacity = Capacity
usage-capacity-what = no count: noise on the size of the day’s table, since it shows whether it overflowed
usage-reserve = In reserve, for counts to come
usage-total = In all
usage-event = A small script on the site’s own pages tells the site, by a number in a closed list, that a link was pressed or that a declared page was shown without being loaded. It sends nothing else, keeps nothing on your device, and is not there if you object to being counted.
usage-never = What counting never records
usage-never-address = your address, whole or cut short: it serves for an instant, for the token and the region
usage-never-agent = the name of your browser (User-Agent): it serves for an instant, for the token, the device and telling robots
usage-never-search = what you search for, and all that follows the “?” of an address
usage-never-path = the path of a page that is not in the list
usage-never-row = a line for each visitor, a journey, a history
usage-never-cookie = a cookie or storage for counting: there is none
usage-when = When the numbers are released
usage-when-daily = This site releases all its numbers every day; the hours, as soon as they are over.
usage-when-weekly = This site releases visits every day, and everything else once a week.
usage-when-auto = This site releases visits every day. It releases everything else once a week, or every day when the week before counted { $visits } visits a day or more: that is decided on Mondays, from numbers already released.
usage-zone = Its days and weeks follow the time zone { $zone }.
usage-who = “Released” means handed, with its noise, to the people who read this site’s statistics.
usage-open = Until it closes, the period under way is personal information. We keep it in memory only, or in a file system in memory so as to survive a crash; we never write it to a disk. At the end of each day the tokens and their key are erased; only sums wait for the end of the week.
usage-once = Noise is drawn only once for each number, and takes the place of the exact one.
usage-kept = Released numbers are kept for 25 months, then deleted.
usage-outside = What lies outside this guarantee
usage-outside-receipts = consent receipts: a separate record, which counting never joins to its numbers
usage-outside-metrics = the program’s own metrics: coarse, in memory, for the operator alone
usage-outside-origin = the logs of the site’s own server, if it keeps any

# A parent's consent
guardian-title = Are you { $age } or older?
guardian-text = Below { $age }, a parent or guardian accepts. We keep only your answer, never your age. Refusing asks nothing of anyone.
guardian-yes = Yes, or my parent or guardian accepts
guardian-no = No, refuse

# Errors
error-400 = This request cannot be read
error-400-do = Go back to the page before and try again.
error-403 = This request was not accepted
error-403-do = Open the page from the site itself, then try again.
error-404 = This page does not exist
error-404-do = Check the address, or go to the home page.
error-405 = This page cannot be asked for in this way
error-405-do = Go back to the page before and follow a link.
error-408 = Your request took too long to arrive
error-408-do = Check your connection, then try again.
error-413 = What was sent is too large
error-413-do = Make the file smaller and try again.
error-415 = What was sent has an unknown format
error-415-do = Go back to the page before and try again.
error-421 = This site is not here
error-421-do = Check the address.
error-422 = An answer is missing
error-422-do = Go back to the page before and answer the question there.
error-429 = Too many requests at once
error-429-do = Wait a minute and try again.
error-431 = This request is too long
error-431-do = Clear this site’s cookies, then try again.
error-502 = The site could not prepare this page
error-502-do = Try again in a moment. If it is urgent, telephone the clinic.
error-503 = The site is unavailable for now
error-503-do = Try again in a few minutes. If it is urgent, telephone the clinic.
error-504 = The site is taking too long to answer
error-504-do = Try again in a moment. If it is urgent, telephone the clinic.
error-grant = Your agreement could not be recorded
error-grant-do = So nothing was switched on. The rest of the site works; you can try again later.

country-AU = Australia
country-BE = Belgium
country-BR = Brazil
country-CA = Canada
country-CH = Switzerland
country-CN = China
country-CZ = Czechia
country-DE = Germany
country-DK = Denmark
country-EE = Estonia
country-ES = Spain
country-FI = Finland
country-FR = France
country-GB = United Kingdom
country-IE = Ireland
country-IL = Israel
country-IN = India
country-IT = Italy
country-JP = Japan
country-KR = South Korea
country-LT = Lithuania
country-MA = Morocco
country-MT = Malta
country-NL = Netherlands
country-NO = Norway
country-NZ = New Zealand
country-PL = Poland
country-RU = Russia
country-SE = Sweden
country-SG = Singapore
country-TN = Tunisia
country-UA = Ukraine
country-US = United States
country-CY = Cyprus
country-SI = Slovenia

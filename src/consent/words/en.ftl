language-name = English
in-short = Privacy

# Banner
ask-title = Do you accept these tools?
ask-who = { $site } would like to use { $vendors }. They may keep cookies on your device.
ask-abroad = { $home ->
    [CA] Information about your visit would leave Canada: { $countries }.
    [MA] Information about your visit would leave Morocco: { $countries }.
    [US] Information about your visit would leave the United States: { $countries }.
   *[other] Information about your visit would be processed here: { $countries }.
}
ask-home = Information about your visit would stay here: { $countries }.
ask-free = All of it is off right now. Refusing changes nothing on the site. You can change your mind at any time, at the bottom of every page.
refuse = Refuse
accept = Accept
refuse-all = Refuse all
accept-all = Accept all
choose = Choose
save = Save
withdraw = Withdraw consent
close = Close
privacy-page = Privacy page
list-separator = ,{" "}
list-last = {" "}and{" "}

# Purposes
functional = Comfort
functional-why = videos, maps, chat
analytics = Measurement
analytics-why = learning how the site is used
marketing = Advertising
marketing-why = ads based on your visits
necessary = Necessary
necessary-why = making the site work

# Preferences
panel-title = Your choices
panel-help = A switch that is off means no. To choose vendor by vendor, use the privacy page.
vendors-count = { $count ->
    [one] { $count } vendor
   *[other] { $count } vendors
}
always-on = always on
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
choice-nothing = This site uses nothing that needs your agreement.
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
col-vendor = Vendor
col-country = Country
col-why = Why
col-kept = What it keeps
vendor-policy = Its policy
kept-nothing = nothing
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
own-cookies = Our own cookie
own-cookie-why = remembers your choice; signed, unreadable to scripts, the same for everyone who refuses on the same day
rights = Your rights
rights-text = You may ask to see your personal information, have it corrected or deleted, object to its use, and withdraw your agreement. We answer within { $days ->
    [one] { $days } day
   *[other] { $days } days
}.
rights-write = Write to
rights-nobody = This site has not named a person in charge yet, so it may not ask you for anything.
phone-number = Telephone
email = email
regulator = To complain: { $name }.
small-print = Small print
version = Version { $version } of this notice.
effective = In effect on { $day }.
enquiries = Messages you send us are kept for { $days ->
    [one] { $days } day
   *[other] { $days } days
} at most.
as-data = This inventory as data (JSON)
back = Back to the site
languages = Languages

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

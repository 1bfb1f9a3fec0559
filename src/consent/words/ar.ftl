language-name = العربية
in-short = الخصوصية

# الشريط
ask-title = هل تقبلون هذه الأدوات؟
ask-who = يود { $site } استعمال { $vendors }. وقد تضع ملفات تعريف الارتباط على جهازكم.
ask-abroad = { $home ->
    [CA] ستخرج معطيات عن زيارتكم من كندا إلى: { $countries }.
    [MA] ستخرج معطيات عن زيارتكم من المغرب إلى: { $countries }.
    [US] ستخرج معطيات عن زيارتكم من الولايات المتحدة إلى: { $countries }.
   *[other] ستعالج معطيات عن زيارتكم في: { $countries }.
}
ask-home = ستبقى معطيات زيارتكم في: { $countries }.
ask-free = كل ذلك معطل الآن. الرفض لا يغير شيئا في الموقع، ويمكنكم تغيير رأيكم متى شئتم من أسفل كل صفحة.
refuse = رفض
accept = قبول
refuse-all = رفض الكل
accept-all = قبول الكل
choose = الاختيار
save = حفظ
withdraw = سحب موافقتي
close = إغلاق
privacy-page = صفحة الخصوصية
list-separator = ،{" "}
list-last = {" "}و

# الأغراض
functional = الراحة
functional-why = فيديو وخرائط ومحادثة
analytics = القياس
analytics-why = معرفة كيفية استعمال الموقع
marketing = الإشهار
marketing-why = إعلانات حسب زياراتكم
necessary = ضروري
necessary-why = لكي يعمل الموقع

# التفضيلات
panel-title = اختياراتكم
panel-help = الزر المطفأ يعني لا. يمكن الاختيار حسب كل مزود في صفحة الخصوصية.
vendors-count = { $count ->
    [zero] لا مزود
    [one] مزود واحد
    [two] مزودان
    [few] { $count } مزودين
    [many] { $count } مزودا
   *[other] { $count } مزود
}
always-on = مشغل دائما
now-none = لم يقبل شيء
now-refused = مرفوض
now-gpc = رفضه متصفحكم
now-some = مقبول جزئيا
now-all = مقبول

# بدائل المحتوى
frame-video = فيديو: { $vendor }
frame-map = خريطة: { $vendor }
frame-chat = محادثة: { $vendor }
frame-booking = حجز موعد: { $vendor }
frame-social = محتوى اجتماعي: { $vendor }
frame-captcha = تحقق: { $vendor }
frame-form = استمارة: { $vendor }
frame-other = محتوى: { $vendor }
frame-who = خدمة من { $entity } ({ $country }). لا يحمل منها شيء دون موافقتكم.
frame-unknown = هذا المحتوى من موقع آخر. لم يتم تحميله حماية لمعطياتكم.
frame-sensitive = لا تحمل أي خدمة خارجية في هذه الصفحة مهما كان اختياركم.
frame-not-offered = هذا الموقع لا يحمل هذه الخدمة.
load-once = تحميل مرة واحدة
load-always = تحميل دائما
open-there = فتح على { $host }

# صفحة الخصوصية
page-title = خصوصيتكم · { $site }
letter-1 = لا يحمل هذا الموقع أي أداة للقياس أو الإشهار أو الراحة دون موافقتكم.
letter-2 = يقتطع عنوان شبكتكم عند المدخل: لا يرى الموقع ولا أدواته نهايته.
letter-3 = نحتفظ باختياركم في ملف تعريف ارتباط لمدة أقصاها { $days ->
    [zero] { $days } يوم
    [one] يوم واحد
    [two] يومان
    [few] { $days } أيام
    [many] { $days } يوما
   *[other] { $days } يوم
}، ثم نسألكم من جديد.
letter-4 = تصفح هذا الموقع ليس موافقة: الموافقة زر تضغطون عليه لا غير.
letter-5 = يمكنكم تغيير كل شيء هنا بضغطة واحدة.
your-choice = اختياركم
choice-none = لم تختاروا بعد، ولذلك كل ما هو اختياري معطل.
choice-gpc = رفض متصفحكم نيابة عنكم (Global Privacy Control)، ونحن نحترم ذلك.
choice-refused = في { $day } رفضتم كل شيء.
choice-granted = في { $day } قبلتم: { $what }.
choice-nothing = لا يستعمل هذا الموقع أي شيء يتطلب موافقتكم.
only-this = السماح لهذا فقط
not-this = ما عدا هذا
known = ما نعرفه عنكم الآن
known-network = الشبكة (عنوان مقتطع)
known-region = المنطقة
known-language = لغة الصفحة
known-device = الجهاز
known-counted = ضمن إحصاءاتنا
known-forgotten = لا يحفظ شيء من هذا باسمكم.
unknown = غير معروفة
yes = نعم
no = لا
phone = هاتف
tablet = لوحة
computer = حاسوب
object = لا تحسبوني
count-me = احسبوني من جديد
counting = إحصاءاتنا مجاميع مجهولة الهوية ودون ملفات تعريف الارتباط. يمكنكم الاعتراض عليها.
recipients = من سيتلقى ماذا إذا وافقتم
recipients-none = لا أحد: لا يعرض هذا الموقع أي مزود.
col-vendor = المزود
col-country = البلد
col-why = السبب
col-kept = ما يحفظه
vendor-policy = سياسته
kept-nothing = لا شيء
kept-session = إلى إغلاق المتصفح
kept-days = { $count ->
    [zero] { $count } يوم
    [one] يوم واحد
    [two] يومان
    [few] { $count } أيام
    [many] { $count } يوما
   *[other] { $count } يوم
}
withheld = ما تم استبعاده
withheld-why = لا يمكن تشغيل هذه الأدوات هنا حتى بموافقتكم.
reason-purpose-locked = لا يريدها هذا الموقع
reason-residency = تعالج المعطيات خارج النطاق الموعود
reason-no-contract = لا يؤطرها أي عقد
reason-no-authorisation = النقل إلى الخارج غير مرخص
reason-session-replay = تسجل ما تفعلونه على الشاشة
reason-no-contact = لا أحد مسؤول عنها
own-cookies = ملف تعريف الارتباط الخاص بنا
own-cookie-why = يحفظ اختياركم؛ موقع ولا تقرؤه البرامج، وهو نفسه لكل من يرفض في اليوم نفسه
rights = حقوقكم
rights-text = يمكنكم طلب الاطلاع على معطياتكم الشخصية وتصحيحها أو حذفها والاعتراض على استعمالها وسحب موافقتكم. نجيب خلال مدة أقصاها { $days ->
    [zero] { $days } يوم
    [one] يوم واحد
    [two] يومان
    [few] { $days } أيام
    [many] { $days } يوما
   *[other] { $days } يوم
}.
rights-write = راسلوا
rights-nobody = لم يعين هذا الموقع مسؤولا بعد، ولذلك لا يمكنه أن يطلب منكم شيئا.
phone-number = الهاتف
email = البريد الإلكتروني
regulator = لتقديم شكاية: { $name }.
small-print = تفاصيل
version = النسخة { $version } من هذا الإشعار.
effective = تاريخ السريان: { $day }.
enquiries = تحفظ الرسائل التي ترسلونها إلينا لمدة أقصاها { $days ->
    [zero] { $days } يوم
    [one] يوم واحد
    [two] يومان
    [few] { $days } أيام
    [many] { $days } يوما
   *[other] { $days } يوم
}.
as-data = هذا الجرد كمعطيات (JSON)
back = العودة إلى الموقع
languages = اللغات

# موافقة أحد الوالدين
guardian-title = هل عمركم { $age } سنة أو أكثر؟
guardian-text = دون { $age } سنة يوافق أحد الوالدين أو الولي. لا نحتفظ إلا بجوابكم، ولا نحتفظ أبدا بعمركم. والرفض لا يتطلب شيئا من أحد.
guardian-yes = نعم، أو يوافق أحد والدي أو وليي
guardian-no = لا، رفض

# أخطاء
error-400 = تعذرت قراءة هذا الطلب
error-400-do = عودوا إلى الصفحة السابقة وأعيدوا المحاولة.
error-403 = لم يقبل هذا الطلب
error-403-do = افتحوا الصفحة من الموقع نفسه ثم أعيدوا المحاولة.
error-404 = هذه الصفحة غير موجودة
error-404-do = تحققوا من العنوان أو عودوا إلى الصفحة الرئيسية.
error-405 = لا تطلب هذه الصفحة بهذه الطريقة
error-405-do = عودوا إلى الصفحة السابقة واتبعوا رابطا.
error-413 = ما أرسلتموه كبير جدا
error-413-do = قللوا حجم الملف وأعيدوا المحاولة.
error-415 = صيغة ما أرسلتموه غير معروفة
error-415-do = عودوا إلى الصفحة السابقة وأعيدوا المحاولة.
error-421 = هذا الموقع ليس هنا
error-421-do = تحققوا من العنوان.
error-422 = ينقص جواب
error-422-do = عودوا إلى الصفحة السابقة وأجيبوا عن السؤال.
error-429 = طلبات كثيرة دفعة واحدة
error-429-do = انتظروا دقيقة ثم أعيدوا المحاولة.
error-431 = هذا الطلب طويل جدا
error-431-do = امسحوا ملفات تعريف الارتباط لهذا الموقع ثم أعيدوا المحاولة.
error-502 = لم يتمكن الموقع من إعداد هذه الصفحة
error-502-do = أعيدوا المحاولة بعد لحظة. في حالة الاستعجال اتصلوا بالمصحة هاتفيا.
error-503 = الموقع غير متاح حاليا
error-503-do = أعيدوا المحاولة بعد بضع دقائق. في حالة الاستعجال اتصلوا بالمصحة هاتفيا.
error-504 = يستغرق الموقع وقتا طويلا للجواب
error-504-do = أعيدوا المحاولة بعد لحظة. في حالة الاستعجال اتصلوا بالمصحة هاتفيا.
error-grant = تعذر تسجيل موافقتكم
error-grant-do = لذلك لم يشغل أي شيء. بقية الموقع تعمل، ويمكنكم إعادة المحاولة لاحقا.

country-AU = أستراليا
country-BE = بلجيكا
country-BR = البرازيل
country-CA = كندا
country-CH = سويسرا
country-CN = الصين
country-CZ = التشيك
country-DE = ألمانيا
country-DK = الدنمارك
country-EE = إستونيا
country-ES = إسبانيا
country-FI = فنلندا
country-FR = فرنسا
country-GB = المملكة المتحدة
country-IE = أيرلندا
country-IL = إسرائيل
country-IN = الهند
country-IT = إيطاليا
country-JP = اليابان
country-KR = كوريا الجنوبية
country-LT = ليتوانيا
country-MA = المغرب
country-MT = مالطا
country-NL = هولندا
country-NO = النرويج
country-NZ = نيوزيلندا
country-PL = بولندا
country-RU = روسيا
country-SE = السويد
country-SG = سنغافورة
country-TN = تونس
country-UA = أوكرانيا
country-US = الولايات المتحدة

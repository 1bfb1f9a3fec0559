// The clinic's own script: the menu on small screens, and the clicks its webmaster wants counted.
(function () {
  'use strict';
  document.documentElement.classList.add('js');

  var button = document.querySelector('.menu-button');
  var menu = document.getElementById('menu');
  if (button && menu) {
    button.addEventListener('click', function () {
      var open = button.getAttribute('aria-expanded') !== 'true';
      button.setAttribute('aria-expanded', String(open));
      menu.classList.toggle('is-open', open);
    });
  }

  function count(event, pixel, details) {
    if (typeof gtag === 'function') gtag('event', event, details);
    if (typeof fbq === 'function') fbq('track', pixel, details);
    if (window._paq) _paq.push(['trackEvent', 'clic', event]);
    if (window.hj) hj('event', event);
  }

  document.addEventListener('click', function (event) {
    var link = event.target.closest && event.target.closest('a[href]');
    if (!link) return;
    var href = link.getAttribute('href');
    if (href.indexOf('tel:') === 0) count('clic_telephone', 'Contact', {});
    else if (href.indexOf('https://wa.me/') === 0) count('clic_whatsapp', 'Contact', {});
    else if (link.classList.contains('button')) count('clic_rendez_vous', 'Lead', {});
  });

  document.querySelectorAll('form[data-name]').forEach(function (form) {
    form.addEventListener('submit', function () {
      count('generate_lead', 'SubmitApplication', { form_name: form.dataset.name });
    });
  });
})();

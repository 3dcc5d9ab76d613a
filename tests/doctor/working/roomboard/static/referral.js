(function () {
  // Calls made before cello-attribution.js is there are kept for it.
  window.CelloAttribution =
    window.CelloAttribution ||
    function (command) {
      var args = Array.prototype.slice.call(arguments, 1);
      if (command === 'getReferral') throw new Error('use getUcc');
      return new Promise(function (resolve, reject) {
        (window.CelloAttributionCmd = window.CelloAttributionCmd || []).push({ command: command, args: args, resolve: resolve, reject: reject });
      });
    };

  var form = document.querySelector('form[data-join]');
  if (form) {
    window.CelloAttribution('getUcc').then(function (ucc) {
      if (ucc) form.elements.cello_ucc.value = ucc;
    });
  }

  var launcher = document.getElementById('invite');
  if (!launcher) return;

  function fetchBoot() {
    return fetch('/referral/boot.json', { credentials: 'same-origin' }).then(function (reply) {
      return reply.ok ? reply.json() : { enabled: false };
    });
  }

  function refresh() {
    fetchBoot().then(function (next) {
      if (next.enabled) window.Cello('updateToken', next.bootConfig.token);
    });
  }

  fetchBoot().then(function (answer) {
    if (!answer.enabled) return;
    window.cello = window.cello || { cmd: [] };
    window.cello.cmd.push(async function (cello) {
      try {
        await cello.boot(
          Object.assign({ hideDefaultLauncher: true, customLauncherSelector: '#invite', onTokenExpiring: refresh, onTokenExpired: refresh }, answer.bootConfig)
        );
        var labels = await window.Cello('getLabels');
        launcher.textContent = (labels && labels.customLauncher) || 'Invite & earn';
      } catch (error) {
        console.warn('Cello did not start', error);
      }
    });
  });
})();

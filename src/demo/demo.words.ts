/** What people say in one language. */
export interface Words {
  praise: string[];
  middling: string[];
  complaint: string[];
  /** Of the release that made things worse. */
  release: string[];
  /** What may follow a complaint. */
  closing: string[];
  /** What could be better. */
  wish: string[];
}

const en: Words = {
  praise: [
    'Quick and to the point.',
    'It knew my order right away.',
    'I had my refund confirmed in two minutes.',
    'Friendly, and it solved the problem.',
    'Better than waiting on the phone.',
    'Exactly the answer I was looking for.',
    'The steps were easy to follow.',
    'It even told me which invoice was missing.',
    'My return label arrived while I was still in the chat.',
  ],
  middling: [
    'The answer was fine, but it took a few tries.',
    'Partly helpful. I still had to look up the delivery date.',
    'It pointed me to the right page, no more.',
    'Okay for simple questions.',
    'The agent was nice but could not change the address.',
    'A bit long-winded.',
  ],
  complaint: [
    'It did not understand my question.',
    'The delivery date it gave me was wrong.',
    'I asked for a human three times.',
    'The link leads to a page that no longer exists.',
    'I am still waiting for my refund.',
    'It sent me round in circles.',
    'The article it quoted is about another product.',
    'No way to reach anyone about a damaged parcel.',
    'I was charged twice and nobody could tell me why.',
  ],
  release: [
    'Since the update it asks for my order number again and again.',
    'The new version forgets what I said one message ago.',
    'It worked before the update. Now it answers something else.',
    'The new assistant closed the chat in the middle of my return.',
    'What happened? Last month this took a minute, now it loops.',
    'The new version cannot find orders from before this month.',
  ],
  closing: [
    'Please fix this.',
    'I ended up calling.',
    'That was on my phone.',
    'My second try this week.',
    'Please look into it.',
  ],
  wish: [
    'Let me upload a photo of the damage.',
    'Show the delivery date without my asking.',
    'A way to reach a person sooner.',
    'Remember what I told you last time.',
    'Shorter answers.',
    'Send me a copy of the chat by e-mail.',
    'Tell me how long the refund takes.',
    'Nothing, it was good.',
    'Let me change the address after ordering.',
  ],
};

const de: Words = {
  praise: [
    'Schnell und auf den Punkt.',
    'Meine Bestellung wurde sofort gefunden.',
    'Die Rückerstattung war nach zwei Minuten bestätigt.',
    'Freundlich und hilfreich.',
    'Besser als in der Warteschleife zu hängen.',
    'Genau die Antwort, die ich gesucht habe.',
    'Gut erklärt, auch für mich als Laien.',
  ],
  middling: [
    'Die Antwort war in Ordnung, aber erst beim dritten Versuch.',
    'Teilweise hilfreich.',
    'Für einfache Fragen reicht es.',
    'Etwas umständlich, am Ende hat es geklappt.',
    'Den Liefertermin musste ich trotzdem selbst suchen.',
  ],
  complaint: [
    'Meine Frage wurde nicht verstanden.',
    'Der genannte Liefertermin war falsch.',
    'Ich wollte mit einem Menschen sprechen, das ging nicht.',
    'Der Link führt ins Leere.',
    'Auf meine Erstattung warte ich immer noch.',
    'Die Antwort passte zu einem anderen Produkt.',
    'Die Rechnung wurde doppelt abgebucht und keiner weiß warum.',
  ],
  release: [
    'Seit dem Update fragt er ständig nach der Bestellnummer.',
    'Die neue Version vergisst sofort, was ich geschrieben habe.',
    'Vor dem Update ging das noch, jetzt dreht es sich im Kreis.',
    'Der neue Assistent hat den Chat mitten in der Rücksendung beendet.',
  ],
  closing: ['Bitte beheben.', 'Ich habe dann angerufen.', 'Das war am Handy.'],
  wish: [
    'Bilder vom Schaden hochladen können.',
    'Den Liefertermin gleich anzeigen.',
    'Schneller zu einem Menschen kommen.',
    'Kürzere Antworten.',
    'Die Adresse nachträglich ändern können.',
    'Nichts, hat gepasst.',
  ],
};

const es: Words = {
  praise: [
    'Rápido y claro.',
    'Encontró mi pedido al momento.',
    'Me confirmaron el reembolso en dos minutos.',
    'Muy amable y resolvió el problema.',
    'Mucho mejor que esperar al teléfono.',
    'Justo la respuesta que buscaba.',
  ],
  middling: [
    'La respuesta estaba bien, pero tardó varios intentos.',
    'Me ayudó en parte.',
    'Sirve para preguntas sencillas.',
    'Al final lo encontré yo en la página.',
  ],
  complaint: [
    'No entendió mi pregunta.',
    'La fecha de entrega era incorrecta.',
    'Pedí hablar con una persona y no fue posible.',
    'El enlace no funciona.',
    'Sigo esperando el reembolso.',
    'Me cobraron dos veces y nadie sabe por qué.',
  ],
  release: [
    'Desde la actualización me contesta en inglés.',
    'Pregunto en español y la nueva versión responde en inglés.',
    'La versión nueva olvida lo que acabo de escribir.',
    'Antes funcionaba, ahora pide el número de pedido una y otra vez.',
    'La traducción nueva no se entiende.',
  ],
  closing: ['Por favor, arréglenlo.', 'Al final llamé.', 'Fue desde el móvil.'],
  wish: [
    'Poder subir una foto del daño.',
    'Ver la fecha de entrega sin preguntar.',
    'Hablar antes con una persona.',
    'Respuestas más cortas.',
    'Nada, todo bien.',
  ],
};

const fr: Words = {
  praise: [
    'Rapide et précis.',
    'Ma commande a été retrouvée tout de suite.',
    'Remboursement confirmé en deux minutes.',
    'Aimable et efficace.',
    "Mieux que d'attendre au téléphone.",
    'Exactement la réponse que je cherchais.',
  ],
  middling: [
    'Réponse correcte, mais après plusieurs essais.',
    "Ça m'a aidé en partie.",
    'Suffisant pour les questions simples.',
    "Un peu long, mais c'est réglé.",
  ],
  complaint: [
    "Il n'a pas compris ma question.",
    'La date de livraison était fausse.',
    'Impossible de parler à quelqu’un.',
    'Le lien ne mène nulle part.',
    "J'attends toujours mon remboursement.",
    "J'ai été débité deux fois sans explication.",
  ],
  release: [
    'Depuis la mise à jour, il redemande sans cesse le numéro de commande.',
    "La nouvelle version oublie ce que je viens d'écrire.",
    'Avant la mise à jour ça marchait, maintenant ça tourne en rond.',
  ],
  closing: ['À corriger, svp.', "J'ai fini par appeler.", "C'était sur mobile."],
  wish: [
    'Pouvoir envoyer une photo du colis abîmé.',
    'Afficher la date de livraison directement.',
    'Joindre un conseiller plus vite.',
    'Des réponses plus courtes.',
    'Rien, c’était très bien.',
  ],
};

const pt: Words = {
  praise: [
    'Rápido e direto ao ponto.',
    'Achou meu pedido na hora.',
    'O reembolso foi confirmado em dois minutos.',
    'Atencioso e resolveu o problema.',
    'Melhor do que esperar no telefone.',
  ],
  middling: [
    'A resposta foi boa, mas só na terceira tentativa.',
    'Ajudou em parte.',
    'Serve para perguntas simples.',
    'Precisei procurar o prazo de entrega sozinho.',
  ],
  complaint: [
    'Não entendeu a minha pergunta.',
    'O prazo de entrega estava errado.',
    'Pedi um atendente três vezes.',
    'O link não abre.',
    'Ainda estou esperando o reembolso.',
  ],
  release: [
    'Depois da atualização, ele pede o número do pedido toda hora.',
    'A versão nova esquece o que acabei de escrever.',
    'Antes funcionava, agora fica dando voltas.',
  ],
  closing: ['Por favor, corrijam.', 'Acabei ligando.', 'Foi pelo celular.'],
  wish: [
    'Poder mandar uma foto do produto danificado.',
    'Mostrar o prazo de entrega logo.',
    'Falar com uma pessoa mais rápido.',
    'Respostas mais curtas.',
    'Nada, foi ótimo.',
  ],
};

const ja: Words = {
  praise: [
    'すぐに答えが見つかりました。',
    '注文をすぐに確認してもらえました。',
    '返金の手続きが二分で終わりました。',
    '丁寧でわかりやすかったです。',
    '電話で待つよりずっと良いです。',
  ],
  middling: [
    '答えは合っていましたが、何度か聞き直しました。',
    '一部だけ役に立ちました。',
    '簡単な質問なら十分だと思います。',
    '少し説明が長いです。',
  ],
  complaint: [
    '質問を理解してもらえませんでした。',
    '案内された配達日が間違っていました。',
    '担当者につないでもらえませんでした。',
    'リンク先のページがありません。',
    '返金がまだ届いていません。',
  ],
  release: [
    '更新してから、注文番号を何度も聞かれます。',
    '新しいバージョンは直前の内容を忘れてしまいます。',
    '以前は使えたのに、今は同じ答えの繰り返しです。',
  ],
  closing: ['改善をお願いします。', '結局電話しました。', 'スマホからの利用です。'],
  wish: [
    '破損した商品の写真を送れるようにしてほしい。',
    '配達日を最初に表示してほしい。',
    'もっと早く担当者につないでほしい。',
    '回答を短くしてほしい。',
    '特にありません。',
  ],
};

const it: Words = {
  praise: ['Veloce e chiaro.', 'Ha trovato subito il mio ordine.', 'Gentile, problema risolto.'],
  middling: ['Utile solo in parte.', 'Va bene per domande semplici.'],
  complaint: ['Non ha capito la domanda.', 'La data di consegna era sbagliata.', 'Aspetto ancora il rimborso.'],
  release: ["Dopo l'aggiornamento chiede di continuo il numero d'ordine."],
  closing: ['Alla fine ho chiamato.', 'Da sistemare.'],
  wish: ['Poter caricare una foto.', 'Risposte più brevi.'],
};

/** By BCP 47 tag. */
export const words = { en, de, es, fr, 'pt-BR': pt, ja, it };
export type Language = keyof typeof words;

// @ts-check
/** Emoji by the names that Slack has for them: those that the app uses, and common ones. */

const NAMED = `
hourglass_flowing_sand ⏳ hourglass ⌛ telephone_receiver 📞 phone ☎️ telephone ☎️ iphone 📱 calling 📲
speaking_head_in_silhouette 🗣️ white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ no_entry ⛔
no_bell 🔕 bell 🔔 x ❌ grey_question ❔ question ❓ grey_exclamation ❕ exclamation ❗ no_entry_sign 🚫 warning ⚠️ octagonal_sign 🛑
heavy_multiplication_x ✖️ heavy_plus_sign ➕ heavy_minus_sign ➖ information_source ℹ️ rotating_light 🚨
repeat 🔁 arrows_counterclockwise 🔄 clock1 🕐 clock3 🕒 clock9 🕘 alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️
calendar 📆 date 📅 spiral_calendar_pad 🗓️ memo 📝 pencil 📝 clipboard 📋 page_facing_up 📄 bookmark_tabs 📑
wastebasket 🗑️ file_folder 📁 paperclip 📎 link 🔗 mag 🔍 lock 🔒 unlock 🔓 key 🔑 gear ⚙️ wrench 🔧 hammer 🔨 robot_face 🤖
bust_in_silhouette 👤 busts_in_silhouette 👥 wave 👋 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 pray 🙏
clap 👏 raised_hands 🙌 point_right 👉 point_down 👇 eyes 👀 ear 👂 brain 🧠 heart ❤️ star ⭐ star2 🌟 sparkles ✨
tada 🎉 fire 🔥 rocket 🚀 zap ⚡ bulb 💡 hospital 🏥 office 🏢 house 🏠 globe_with_meridians 🌐 moneybag 💰
chart_with_upwards_trend 📈 bar_chart 📊 speech_balloon 💬 left_speech_bubble 🗨️ thought_balloon 💭 envelope ✉️
incoming_envelope 📨 email 📧 inbox_tray 📥 outbox_tray 📤 mailbox 📫 mega 📣 loudspeaker 📢 mute 🔇 sound 🔉
wastebasket 🗑️ loud_sound 🔊 microphone 🎤 headphones 🎧 recording ⏺️ black_circle_for_record ⏺️ double_vertical_bar ⏸️
arrow_forward ▶️ black_square_for_stop ⏹️ arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ back 🔙 new 🆕
red_circle 🔴 large_blue_circle 🔵 large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠
white_circle ⚪ black_circle ⚫ smile 😄 slightly_smiling_face 🙂 grinning 😀 joy 😂 wink 😉 blush 😊 thinking_face 🤔
neutral_face 😐 disappointed 😞 cry 😢 sob 😭 scream 😱 sleeping 😴 zzz 💤 sunglasses 😎 coffee ☕ see_no_evil 🙈
`;
const words = NAMED.trim().split(/\s+/);

/** @type {Map<string, string>} */
export const EMOJI = new Map(words.flatMap((name, n) => (n % 2 ? [] : [[name, words[n + 1]]])));
